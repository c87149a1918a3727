import { randomBytes } from 'node:crypto';

import { signJwt, signPart } from './sign-in-pages.js';
import type { WikiUser } from './users.js';

const SECRET = randomBytes(16).toString('hex');

/** The cookie that Wikimedia's wikis set even for OAuth requests since March 2026 (T417833). */
export const sessionCookie = (user: WikiUser): string =>
  `sessionJwt=${signJwt({ sub: `mw:CentralAuth::${user.centralId}`, exp: Math.floor(Date.now() / 1000) + 3600 }, SECRET)}; path=/; HttpOnly; SameSite=None`;

/** What is wrong with the cookie a request brought, if it brought one. */
export function cookieProblem(cookieHeader: string | undefined, user: WikiUser): string | null {
  const jwt = /(?:^|;\s*)sessionJwt=([^;]+)/.exec(cookieHeader ?? '')?.[1];
  if (jwt === undefined) return null;
  const [header = '', payload = '', signature] = jwt.split('.');
  if (signPart(`${header}.${payload}`, SECRET) !== signature)
    return "Invalid 'sessionJwt' cookie: JWT error: invalid signature";
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub?: string };
  return claims.sub === `mw:CentralAuth::${user.centralId}`
    ? null
    : "Invalid 'sessionJwt' cookie: JWT error: wrong user ID";
}
