import type { Parameter, Route } from './open-api.js';
import { SERVICE_KEY } from '../sign-in/running-api.js';
import type { Schemas } from './schemas.js';

/** A request to a route, in its parts. */
export interface RouteRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body as it is sent. */
  readonly body?: string | FormData | Uint8Array<ArrayBuffer>;
}

const SCHEDULE = {
  name: 'Old town',
  kind: 'import-category',
  params: { category: 'Old town' },
  every_minutes: 60,
};

/** What is valid although the schema alone does not tell it: the body of a route, by its name. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /api/exports': { kind: 'my_uploads', format: 'csv' },
  'PUT /api/admin/upload_requests/{id}': { wikitext: 'Other text' },
  'POST /api/schedules': SCHEDULE,
  'PUT /api/schedules/{id}': SCHEDULE,
};

export const bodyOf = (schemas: Schemas, { name, body }: Route): unknown =>
  BODIES[name] ?? (body === null ? undefined : schemas.sample(body));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export const JSON_TYPE = { 'content-type': 'application/json' };

export const withBody = (request: RouteRequest, body: unknown): RouteRequest => ({
  ...request,
  headers: { ...request.headers, ...JSON_TYPE },
  body: JSON.stringify(body),
});

const aManifest = (): FormData => {
  const form = new FormData();
  const rows = 'handler,id,input,title,wikitext\nmapillary,12345,a-sequence,Street 12345.jpg,Some text\n';
  form.set('file', new File([rows], 'rows.csv', { type: 'text/csv' }));
  return form;
};

/** A request that the route accepts, with what it requires and nothing else. @param path its path's parameters */
export function aRequest(
  schemas: Schemas,
  route: Route,
  path: Readonly<Record<string, string>>,
): RouteRequest {
  const required = (where: Parameter['in']): [string, string][] =>
    route.parameters
      .filter((parameter) => parameter.in === where && parameter.required === true)
      .map(({ name, schema }) => [name, textOf(schemas.sample(schema))]);
  const request: RouteRequest = {
    path,
    query: required('query'),
    headers: Object.fromEntries(required('header').map(([name]) => [name, SERVICE_KEY])),
  };
  if (route.name === 'POST /api/manifests') return { ...request, body: aManifest() };
  return route.body === null ? request : withBody(request, bodyOf(schemas, route));
}

/** The path and query of a request. */
export function addressOf(route: Route, { path, query }: RouteRequest): string {
  const filled = route.path.replace(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(path[name] ?? ''),
  );
  const search = new URLSearchParams(
    query.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  return search === '' ? filled : `${filled}?${search}`;
}

export const parametersIn = (route: Route, where: Parameter['in']): readonly Parameter[] =>
  route.parameters.filter((parameter) => parameter.in === where);
