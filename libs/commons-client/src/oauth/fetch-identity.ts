import { CookieJar } from 'tough-cookie';
import { getGlobalDispatcher, type Dispatcher } from 'undici';
import { parseApiAnswer } from '../answers/parse-api-answer.js';
import { toFailure } from '../answers/to-failure.js';
import { explainLostExchange } from '../http/connection-failure.js';
import { exchange, type HttpAnswer } from '../http/exchange.js';
import { tryAgain, type Try } from '../http/try-again.js';
import type { AccessToken, Consumer, Identity } from '../types.js';
import { freshMoment, signRequest } from './sign-request.js';
import { verifyIdentity } from './verify-identity.js';

export interface IdentityRequest {
  /** `…/w/index.php` */
  readonly indexUrl: string;
  /** Default: the origin of `indexUrl`. */
  readonly issuer?: string;
  readonly userAgent: string;
  readonly consumer: Consumer;
  readonly token: AccessToken;
  readonly dispatcher?: Dispatcher;
  readonly delayScale?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const TIMEOUT = 30_000;

const isJwt = (body: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(body.trim());

function judge({ status, headers, body }: HttpAnswer): Try<string> {
  if (status === 200 && isJwt(body)) return { ok: true, value: body.trim() };
  const answer = parseApiAnswer(status, headers, body);
  const error = answer.ok
    ? { code: 'not-a-jwt', info: 'Commons did not say who signed in', httpStatus: status, messageNames: [] }
    : answer.error;
  return {
    ok: false,
    failure: toFailure(error),
    lost: status >= 500 || status === 429,
    mayHaveHappened: false,
  };
}

/**
 * Asks Commons who an access token belongs to, and verifies the answer.
 * @throws RefusedError `identity-not-verified`, or OAuth's own code @throws TemporaryError when Commons cannot be reached
 */
export async function fetchIdentity(request: IdentityRequest): Promise<Identity> {
  const { consumer, token, signal, userAgent } = request;
  const url = new URL(request.indexUrl);
  url.searchParams.set('title', 'Special:OAuth/identify');

  const attempt = async (): Promise<Try<{ jwt: string; nonce: string }>> => {
    const moment = freshMoment();
    const authorization = signRequest({ method: 'GET', url }, { consumer, token }, moment);
    try {
      const answer = await exchange({
        method: 'GET',
        url,
        headers: { 'user-agent': userAgent, authorization },
        jar: new CookieJar(),
        dispatcher: request.dispatcher ?? getGlobalDispatcher(),
        timeoutMs: request.timeoutMs ?? TIMEOUT,
        signal,
      });
      const outcome = judge(answer);
      return outcome.ok ? { ok: true, value: { jwt: outcome.value, nonce: moment.nonce } } : outcome;
    } catch (error) {
      signal?.throwIfAborted();
      const lost = explainLostExchange(error, url.host);
      if (lost === null) throw error;
      return { ok: false, lost: true, ...lost };
    }
  };

  const nothing = (): void => undefined;
  const { jwt, nonce } = await tryAgain(attempt, {
    repeatable: true,
    delayScale: request.delayScale ?? 1,
    signal,
    renewToken: nothing,
    renewSession: nothing,
  });
  return verifyIdentity(jwt, { consumer, issuer: request.issuer ?? url.origin, nonce });
}
