type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const quoted = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(value);

const inBrackets = (type: string): string => (type.includes(' | ') ? `(${type})` : type);

/** The fields of an object's schema as the body of a TypeScript interface. */
export const renderFields = (schema: Schema, indent: string): string => {
  const required = new Set(asList(schema['required']));
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties)
    .map(([name, value]) => {
      const field = isSchema(value) ? value : {};
      const { description } = field;
      const about = typeof description === 'string' ? `${indent}/** ${description} */\n` : '';
      return `${about}${indent}${name}${required.has(name) ? '' : '?'}: ${renderType(field, indent)};\n`;
    })
    .join('');
};

/**
 * A JSON schema of the AsyncAPI or OpenAPI document as a TypeScript type. References become the names of interfaces.
 * @throws TypeError for a kind of schema that the documents do not have so far
 */
export const renderType = (schema: Schema, indent = ''): string => {
  const { $ref, type, items, additionalProperties } = schema;
  if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1);
  if ('const' in schema) return quoted(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map(quoted).join(' | ');
  for (const several of ['oneOf', 'anyOf', 'allOf']) {
    if (!Array.isArray(schema[several])) continue;
    const parts = schema[several].filter(isSchema).map((part) => renderType(part, indent));
    return several === 'allOf' ? parts.map(inBrackets).join(' & ') : [...new Set(parts)].join(' | ');
  }
  if (Array.isArray(type))
    return type.map((one) => renderType({ ...schema, type: one as unknown }, indent)).join(' | ');
  switch (type) {
    case 'null':
      return 'null';
    case 'string':
      return schema['format'] === 'binary' ? 'Blob' : 'string';
    case 'boolean':
      return 'boolean';
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `${inBrackets(isSchema(items) ? renderType(items, indent) : 'unknown')}[]`;
    case 'object':
      if (isSchema(schema['properties'])) return `{\n${renderFields(schema, `${indent}  `)}${indent}}`;
      return `Record<string, ${isSchema(additionalProperties) ? renderType(additionalProperties, indent) : 'unknown'}>`;
    case undefined:
      return 'unknown';
    default:
      throw new TypeError(`No type for ${JSON.stringify(schema)}`);
  }
};

/** Named schemas as exported interfaces and types. */
export const renderSchemas = (schemas: Readonly<Record<string, unknown>>): string =>
  Object.entries(schemas)
    .map(([name, value]) => {
      const schema = isSchema(value) ? value : {};
      const isObject = schema['type'] === 'object' && isSchema(schema['properties']);
      return isObject
        ? `export interface ${name} {\n${renderFields(schema, '  ')}}\n`
        : `export type ${name} = ${renderType(schema)};\n`;
    })
    .join('\n');
