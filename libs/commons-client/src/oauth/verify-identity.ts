import { errors, jwtVerify, type JWTPayload } from 'jose';
import { RefusedError } from '#app/protocol';
import { flagAt, listAt, numberAt, textAt, textsAt } from '../json.js';
import type { Consumer, Identity } from '../types.js';

export interface IdentityExpectations {
  /** The token must be signed with its secret and made for its key. */
  readonly consumer: Consumer;
  /** Canonical address of the wiki, `https://commons.wikimedia.org`. */
  readonly issuer: string;
  /** The OAuth nonce of the request that asked for it. */
  readonly nonce: string;
  /** For tests. Default: now. */
  readonly now?: Date;
}

/** Seconds that clocks may differ. */
const SKEW = 10;

const refuse = (reason: string, cause?: unknown): RefusedError =>
  new RefusedError('identity-not-verified', `identity-not-verified: ${reason}`, { cause });

async function readClaims(jwt: string, expected: IdentityExpectations): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(jwt.trim(), new TextEncoder().encode(expected.consumer.secret), {
      algorithms: ['HS256'],
      issuer: expected.issuer,
      audience: expected.consumer.key,
      clockTolerance: SKEW,
      requiredClaims: ['exp', 'iat', 'sub'],
      ...(expected.now ? { currentDate: expected.now } : {}),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refuse(error.message, error);
    throw error;
  }
}

/**
 * Who signed in, from the JWT that Special:OAuth/identify answers with.
 * @throws RefusedError `identity-not-verified`
 * @see https://www.mediawiki.org/wiki/OAuth/For_Developers#Identifying_the_user
 */
export async function verifyIdentity(jwt: string, expected: IdentityExpectations): Promise<Identity> {
  const claims = await readClaims(jwt, expected);
  if (claims['nonce'] !== expected.nonce) throw refuse('the nonce is not that of the request');
  const username = textAt(claims, 'username');
  // The subject is a number in some versions.
  const userid = textAt(claims, 'sub') ?? numberAt(claims, 'sub')?.toString();
  if (!username || !userid) throw refuse('it names no user');
  return {
    userid,
    username,
    editCount: numberAt(claims, 'editcount') ?? 0,
    blocked: flagAt(claims, 'blocked'),
    rights: textsAt(claims, 'rights'),
    groups: textsAt(claims, 'groups'),
    // An object where the list has gaps.
    grants: listAt(claims, 'grants').filter((grant) => typeof grant === 'string'),
  };
}
