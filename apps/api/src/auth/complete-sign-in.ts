import { DomainError, RefusedError } from '#app/protocol';
import type { AccessToken } from '#app/commons-client';
import type { Request } from 'express';
import type { Handshake } from './mediawiki-strategy.js';
import type { SignInService } from './sign-in.service.js';
import type { SessionPerson } from './signed-in-user.js';

/** MediaWiki's codes for a verifier or request token that is wrong, used or forgotten. */
const isStaleHandshake = (error: unknown): boolean =>
  error instanceof RefusedError && error.code.startsWith('mwoauthdatastore-');

async function exchange(request: Request, handshake: Handshake): Promise<AccessToken> {
  const { oauth_token: token, oauth_verifier: verifier } = request.query;
  if (typeof token !== 'string' || token === '' || typeof verifier !== 'string' || verifier === '') {
    throw new DomainError('VALIDATION_FAILED', 'The wiki sent no token and verifier. Please sign in again.');
  }
  try {
    return await handshake.complete(request);
  } catch (error) {
    if (!isStaleHandshake(error)) throw error;
    throw new DomainError(
      'VALIDATION_FAILED',
      'This sign-in is no longer valid. Please sign in again.',
      undefined,
      {
        cause: error,
      },
    );
  }
}

/**
 * The request that comes back from the wiki → the person, admitted.
 * @throws DomainError VALIDATION_FAILED when this browser began no such sign-in, FORBIDDEN for who may not use the tool
 */
export async function completeSignIn(
  request: Request,
  handshake: Handshake,
  signIn: SignInService,
): Promise<SessionPerson> {
  return signIn.admit(await exchange(request, handshake));
}
