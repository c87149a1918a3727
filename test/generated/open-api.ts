import { openApiText } from '../../apps/api/src/docs/openapi-text.js';

/** As much of JSON Schema as the documents use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** One method of one path. */
export interface Route {
  /** `POST /api/tokens` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Who may call it: everybody; by a session alone; with an API token of this scope as well. */
  readonly access: 'public' | 'session' | 'read' | 'upload' | 'admin';
  readonly parameters: readonly Parameter[];
  /** What it takes as JSON. */
  readonly body: Schema | null;
  /** By status; `codes` are the error codes. */
  readonly answers: Readonly<
    Record<string, { readonly codes: readonly string[]; readonly schema: Schema | null }>
  >;
}

const accessOf = ({ security }: Operation): Route['access'] => {
  if (security === undefined) return 'public';
  const scope = security.flatMap(({ bearer = [] }) => bearer)[0];
  return scope === 'read' || scope === 'upload' || scope === 'admin' ? scope : 'session';
};

const jsonOf = ({ content }: Content): Schema | null => content?.['application/json']?.schema ?? null;

function toRoute(path: string, method: string, operation: Operation): Route {
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    access: accessOf(operation),
    parameters: operation.parameters ?? [],
    body: operation.requestBody === undefined ? null : jsonOf(operation.requestBody),
    answers: Object.fromEntries(
      Object.entries(operation.responses).map(([status, answer]) => [
        status,
        { codes: Number(status) < 400 ? [] : answer.description.split(', '), schema: jsonOf(answer) },
      ]),
    ),
  };
}

/** The document of this code, as `GET /api/openapi.json` answers it. */
export const readOpenApi = async (): Promise<OpenApi> => JSON.parse(await openApiText()) as OpenApi;

export const listRoutes = ({ paths }: OpenApi): Route[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => toRoute(path, method, operation)),
  );
