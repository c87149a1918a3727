import { DomainError } from '#app/protocol';
import { createParamDecorator, type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ApiConfig } from '../api.config.js';
import type { SessionPerson, SignedInUser } from './signed-in-user.js';

declare module 'express-serve-static-core' {
  interface Request {
    signedInUser?: SignedInUser;
  }
}

/** Adds what the configuration says about a person. */
export const toSignedInUser = (
  { userid, username }: SessionPerson,
  adminUsernames: readonly string[],
): SignedInUser => ({ userid, username, isAdmin: adminUsernames.includes(username) });

/** Lets signed-in people in. @throws DomainError UNAUTHENTICATED */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly config: ApiConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const person = request.session?.user;
    if (person === undefined) throw new DomainError('UNAUTHENTICATED', 'Please sign in.');
    request.signedInUser = toSignedInUser(person, this.config.adminUsernames);
    return true;
  }
}

/** Lets administrators in. @throws DomainError UNAUTHENTICATED without a session, FORBIDDEN for everybody else */
@Injectable()
export class AdminGuard extends SessionGuard {
  override canActivate(context: ExecutionContext): boolean {
    super.canActivate(context);
    const request = context.switchToHttp().getRequest<Request>();
    if (request.signedInUser?.isAdmin !== true) {
      throw new DomainError('FORBIDDEN', 'Only administrators may do this.');
    }
    return true;
  }
}

/** The person behind the request, on routes that `SessionGuard` protects. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): SignedInUser => {
  const user = context.switchToHttp().getRequest<Request>().signedInUser;
  if (user === undefined) throw new Error('@CurrentUser() needs SessionGuard on the route');
  return user;
});
