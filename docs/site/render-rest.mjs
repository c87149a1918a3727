const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const nameOf = (ref) => ref.slice(ref.lastIndexOf('/') + 1);
const anchor = (name) => name.toLowerCase();
const cell = (text) =>
  String(text ?? '')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');

/** A schema in a few words of Markdown. */
const describe = (schema = {}) => {
  if (schema.$ref) return `[${nameOf(schema.$ref)}](#${anchor(nameOf(schema.$ref))})`;
  for (const several of ['oneOf', 'anyOf', 'allOf'])
    if (schema[several]) return schema[several].map(describe).join(several === 'allOf' ? ' and ' : ' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(' ');
  if (schema.type === 'array') return `list of ${describe(schema.items)}`;
  if (schema.type === 'object' && schema.additionalProperties)
    return `object of ${describe(schema.additionalProperties)}`;
  return [schema.type ?? 'anything', schema.format].filter(Boolean).join(', ');
};

const limits = ({ minimum, maximum, minLength, maxLength, maxItems, pattern, default: fallback }) =>
  [
    minimum !== undefined && `≥ ${minimum}`,
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && `≤ ${maximum}`,
    minLength !== undefined && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    maxItems !== undefined && `at most ${maxItems}`,
    pattern !== undefined && `\`${pattern}\``,
    fallback !== undefined && `default \`${JSON.stringify(fallback)}\``,
  ]
    .filter(Boolean)
    .join(', ');

const fieldRows = (schema) =>
  Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const isRequired = schema.required?.includes(name);
    return `| \`${name}\`${isRequired ? '' : ' (optional)'} | ${cell(describe(field))} | ${cell([field.description, limits(field)].filter(Boolean).join(' '))} |`;
  });

const accessOf = ({ security = [] }) => {
  if (security.length === 0) return 'anybody';
  const scopes = security.flatMap(({ bearer = [] }) => bearer);
  return `a session${scopes.length > 0 ? `, or an API token with \`${[...new Set(scopes)].join('`, `')}\`` : ''}`;
};

const contentOf = (content = {}) =>
  Object.entries(content)
    .map(([type, { schema }]) => `${describe(schema)}${type === 'application/json' ? '' : ` (\`${type}\`)`}`)
    .join(' or ');

function renderRoute(method, path, route, heading) {
  const parameters = (route.parameters ?? []).map(
    ({ name, in: place, required, schema = {}, description }) =>
      `| \`${name}\` (${place}${required ? '' : ', optional'}) | ${cell(describe(schema))} | ${cell([description, limits(schema)].filter(Boolean).join(' '))} |`,
  );
  const answers = Object.entries(route.responses);
  const good = answers.filter(([status]) => Number(status) < 400);
  const errors = answers.filter(([status]) => Number(status) >= 400);
  return [
    `${heading} \`${method.toUpperCase()} ${path}\``,
    route.summary ? `${route.summary}.`.replace(/\.\.$/, '.') : '',
    route.description ?? '',
    `For ${accessOf(route)}.`,
    parameters.length > 0 ? ['| parameter | | |', '| --- | --- | --- |', ...parameters].join('\n') : '',
    route.requestBody ? `Body: ${contentOf(route.requestBody.content)}` : '',
    good
      .map(
        ([status, { content, description }]) =>
          `${status}: ${contentOf(content) || description || 'nothing'}`,
      )
      .join('; '),
    errors.length > 0
      ? `Errors: ${errors.map(([status, { description }]) => `${status} ${description}`).join('; ')}`
      : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** The OpenAPI document as one page of Markdown. */
export function renderRest({ paths, components, info }) {
  const byTag = new Map();
  for (const [path, item] of Object.entries(paths))
    for (const method of METHODS)
      if (item[method]) {
        const [tag = 'other'] = item[method].tags ?? [];
        byTag.set(tag, [...(byTag.get(tag) ?? []), renderRoute(method, path, item[method], '###')]);
      }
  const schemas = Object.entries(components.schemas).map(([name, schema]) => {
    const rows = fieldRows(schema);
    const body =
      rows.length > 0 ? ['| field | | |', '| --- | --- | --- |', ...rows].join('\n') : describe(schema);
    return [`### ${name}`, schema.description ?? '', body].filter(Boolean).join('\n\n');
  });
  return [
    '# REST',
    `${info.description ?? ''}\n\nMade from the OpenAPI document, which a running server has at \`/api/docs\`. What each error code means, and what to do about it, is in [Errors](errors.md).`.trim(),
    ...[...byTag].map(([tag, routes]) => `## ${tag}\n\n${routes.join('\n\n')}`),
    '## Schemas',
    ...schemas,
    '',
  ].join('\n\n');
}
