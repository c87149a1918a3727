import { ERROR_STATUS, type ErrorCode } from '#app/protocol';
import type { OpenAPIObject } from '@nestjs/swagger';
import { SCOPE_EXTENSION, scopeOfMethod, type RouteScope } from '../auth/required-scope.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** What every route of the API answers that a person, or a token of theirs, is needed for. */
const OF_ACCESS: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY'];
/** What is answered before a route that changes something is reached: to other sites, and to bodies that cannot be read. */
const OF_CHANGES: readonly ErrorCode[] = [
  'FORBIDDEN',
  'VALIDATION_FAILED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];

/** What answers 401 wants a session or a token; signing in itself does not. */
const needsSignIn = (path: string, { responses }: Operation): boolean =>
  responses['401'] !== undefined && path !== '/auth/register';

/** Adds the code to what the status says; `description` lists the codes of a status. */
function addError({ responses }: Operation, code: ErrorCode): void {
  const status = String(ERROR_STATUS[code]);
  const known = responses[status];
  const listed = known !== undefined && 'description' in known ? known.description.split(', ') : [];
  if (listed.includes(code)) return;
  responses[status] = {
    description: [...listed, code].join(', '),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorDto' } } },
  };
}

/** Says who may call a route, and what those are answered who may not. A token is asked for the scope; where none is named no token will do. */
export function documentAccess(path: string, method: string, operation: Operation): void {
  const named = Reflect.get(operation, SCOPE_EXTENSION) as RouteScope | undefined;
  const scope = named ?? scopeOfMethod(method.toUpperCase());
  Reflect.deleteProperty(operation, SCOPE_EXTENSION);
  if (needsSignIn(path, operation)) {
    operation.security = [{ cookie: [] }, ...(scope === 'session' ? [] : [{ bearer: [scope] }])];
    for (const code of OF_ACCESS) addError(operation, code);
  }
  if (method !== 'get') for (const code of OF_CHANGES) addError(operation, code);
}
