import { createHmac, randomBytes } from 'node:crypto';

import { ApiError } from './api-error.js';
import type { ApiCall, WikiState } from './api-call.js';
import type { WikiUser } from './users.js';

const SECRET = randomBytes(16);
const generations = new WeakMap<WikiState, number>();

/** The token that writes need; the anonymous one is the same for everybody. */
export function csrfToken(wiki: WikiState, user: WikiUser | null): string {
  if (user === null) return '+\\';
  const digest = createHmac('md5', SECRET)
    .update(`${generations.get(wiki) ?? 0} ${user.id}`)
    .digest('hex');
  return `${digest}${Math.floor(user.registered.getTime() / 1000)
    .toString(16)
    .padStart(8, '0')}+\\`;
}

/** Makes every token handed out so far invalid, as a lost session store does. */
export function forgetTokens(wiki: WikiState): void {
  generations.set(wiki, (generations.get(wiki) ?? 0) + 1);
}

/** @throws ApiError if the request has no token or a wrong one */
export function checkToken(call: ApiCall): void {
  const token = call.required('token');
  if (call.incoming.query.some(([name]) => name === 'token')) {
    throw new ApiError(
      'mustpostparams',
      'The following parameter was found in the query string, but must be in the POST body: token.',
    );
  }
  if (token !== csrfToken(call.wiki, call.user)) throw new ApiError('badtoken', 'Invalid CSRF token.');
}
