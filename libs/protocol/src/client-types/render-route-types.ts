import { renderFields, renderSchemas, renderType } from './render-type.js';

type Schema = Readonly<Record<string, unknown>>;
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Route {
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** As much of an OpenAPI document as is read here. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Route>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const JSON_TYPE = 'application/json';
const FIRST_ERROR = 400;
/** Browsers are sent to the others of `/auth`. */
const OFFERED = /^\/(api\/|health\/|auth\/whoami$)/;

const renderParameters = (parameters: readonly Parameter[], name: string): string => {
  if (parameters.length === 0) return `    ${name}?: undefined;\n`;
  const required = parameters.filter((parameter) => parameter.required === true);
  const properties = Object.fromEntries(
    parameters.map(({ name: key, schema, description }) => [key, { ...schema, description }]),
  );
  const fields = renderFields({ properties, required: required.map(({ name: key }) => key) }, '      ');
  return `    ${name}${required.length > 0 ? '' : '?'}: {\n${fields}    };\n`;
};

const renderBody = (content: Content | undefined): string => {
  if (content === undefined) return '    body?: undefined;\n';
  const schema = content[JSON_TYPE]?.schema;
  return `    body: ${schema === undefined ? 'FormData' : renderType(schema, '    ')};\n`;
};

const renderAnswer = ({ responses }: Route): string => {
  const good = Object.entries(responses).filter(([status]) => Number(status) < FIRST_ERROR);
  const types = good.flatMap(([, { content }]) => {
    const schema = content?.[JSON_TYPE]?.schema;
    if (schema !== undefined) return [renderType(schema, '    ')];
    return content === undefined ? [] : ['Blob'];
  });
  return `    answer: ${types.length === 0 ? 'undefined' : [...new Set(types)].join(' | ')};\n`;
};

const renderRoute = (method: string, path: string, route: Route): string => {
  const { summary, parameters = [], requestBody } = route;
  const of = (place: string): Parameter[] => parameters.filter((parameter) => parameter.in === place);
  return [
    summary === undefined ? '' : `  /** ${summary} */\n`,
    `  '${method.toUpperCase()} ${path}': {\n`,
    renderParameters(of('path'), 'path'),
    renderParameters(of('query'), 'query'),
    renderBody(requestBody?.content),
    renderAnswer(route),
    '  };\n',
  ].join('');
};

const REFERENCE = '#/components/schemas/';

/** `BatchItemDto` → `BatchItem`, unless something else is called so. */
const nameSchemas = (document: OpenApiDocument): OpenApiDocument => {
  const names = new Set(Object.keys(document.components.schemas));
  const nameOf = (name: string): string => {
    const short = name.replace(/Dto$/, '');
    return names.has(short) ? name : short;
  };
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') {
      return REFERENCE + nameOf(value.slice(REFERENCE.length));
    }
    if (key !== 'schemas' || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, schema]) => [nameOf(name), schema as unknown]),
    );
  }) as OpenApiDocument;
};

/** The TypeScript types of all routes of REST that programs use, made from the OpenAPI document. */
export const renderRouteTypes = (document: OpenApiDocument): string => {
  const { paths, components } = nameSchemas(document);
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    OFFERED.test(path)
      ? Object.entries(methods).map(([method, route]) => renderRoute(method, path, route))
      : [],
  );
  return [
    '// Written by `npm run docs:write` from docs/openapi.json: changes by hand do not last.\n',
    renderSchemas(components.schemas),
    '/** What each route takes and answers. */',
    `export interface Routes {\n${routes.join('')}}\n`,
  ].join('\n');
};
