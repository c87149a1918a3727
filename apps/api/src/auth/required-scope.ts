import { DomainError, type TokenScope } from '#app/protocol';
import { applyDecorators, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { SignedInUser } from './signed-in-user.js';

/** `session`: no token at all will do. */
export type RouteScope = TokenScope | 'session';

const ROUTE_SCOPE = Symbol('scope of a route');

/** The scope that a token needs on a route, in place of the one that its method asks for. */
export const NeedsScope = (scope: RouteScope): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ROUTE_SCOPE, scope), ApiExtension(SCOPE_EXTENSION, scope));

/** Where a route says in the OpenAPI document, while that is made, which scope it needs. */
export const SCOPE_EXTENSION = 'x-needs-scope';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** `read` for methods that read, `upload` for all others. */
export const scopeOfMethod = (method: string): TokenScope => (READS.has(method) ? 'read' : 'upload');

/** What a route asks of a token: what it is marked with, else what its method asks for. */
export const scopeOfRoute = (reflector: Reflector, context: ExecutionContext, method: string): RouteScope =>
  reflector.getAllAndOverride<RouteScope | undefined>(ROUTE_SCOPE, [
    context.getHandler(),
    context.getClass(),
  ]) ?? scopeOfMethod(method);

/** Sessions may do everything. @throws DomainError FORBIDDEN for a token without the scope, UNAUTHENTICATED for one that ran out since it was shown */
export function requireScope({ token }: Pick<SignedInUser, 'token'>, scope: RouteScope): void {
  if (token === undefined) return;
  if (token.expiresAt !== null && token.expiresAt <= new Date()) {
    throw new DomainError('UNAUTHENTICATED', 'This API token has run out.');
  }
  if (scope === 'session') {
    throw new DomainError('FORBIDDEN', 'An API token cannot do this; sign in with the browser.');
  }
  if (!token.scopes.includes(scope)) {
    throw new DomainError('FORBIDDEN', `This needs an API token with the scope "${scope}".`);
  }
}
