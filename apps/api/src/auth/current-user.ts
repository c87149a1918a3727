import { addToContext } from '#app/observability';
import { DomainError } from '#app/protocol';
import { createParamDecorator, type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Administrators } from './administrators.js';
import { BearerTokens } from './bearer-tokens.js';
import { requireScope, scopeOfRoute, type RouteScope } from './required-scope.js';
import { toSignedInUser, type SignedInUser } from './signed-in-user.js';

declare module 'express-serve-static-core' {
  interface Request {
    signedInUser?: SignedInUser;
  }
}

/** Lets signed-in people in, by an API token or, without one, by their session. @throws DomainError UNAUTHENTICATED, FORBIDDEN for a token without the route's scope, RATE_LIMITED */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly administrators: Administrators,
    private readonly bearer: BearerTokens,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    await this.checkRequest(request, scopeOfRoute(this.reflector, context, request.method));
    return true;
  }

  /** As canActivate, for what is no route. */
  async checkRequest(request: Request, scope: RouteScope): Promise<void> {
    const user = (await this.bearer.authenticate(request)) ?? this.findSession(request);
    if (user === null) throw new DomainError('UNAUTHENTICATED', 'Please sign in.');
    request.signedInUser = user;
    addToContext({ userid: user.userid });
    this.admit(user, scope);
  }

  /** @throws DomainError FORBIDDEN */
  protected admit(user: SignedInUser, scope: RouteScope): void {
    requireScope(user, scope);
  }

  private findSession(request: Request): SignedInUser | null {
    const person = request.session?.user;
    return person === undefined ? null : toSignedInUser(person, this.administrators);
  }
}

/** Lets administrators in; of their tokens those with the scope `admin`. @throws DomainError UNAUTHENTICATED, FORBIDDEN for everybody else */
@Injectable()
export class AdminGuard extends SessionGuard {
  protected override admit(user: SignedInUser, scope: RouteScope): void {
    requireScope(user, scope === 'session' ? scope : 'admin');
    if (!user.isAdmin) throw new DomainError('FORBIDDEN', 'Only administrators may do this.');
  }
}

/** The person behind the request, on routes that `SessionGuard` or `AdminGuard` protects. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): SignedInUser => {
  const user = context.switchToHttp().getRequest<Request>().signedInUser;
  if (user === undefined) throw new Error('@CurrentUser() needs SessionGuard on the route');
  return user;
});
