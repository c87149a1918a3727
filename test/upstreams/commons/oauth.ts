import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import type { Incoming } from '../server/receive.js';

export interface Consumer {
  key: string;
  secret: string;
  name: string;
  /** Where people are sent back to; callbacks have to start with it. Null: any callback. */
  callback: string | null;
}

export interface AccessToken {
  key: string;
  secret: string;
  consumer: string;
  userName: string;
  revoked: boolean;
}

export interface RequestToken {
  key: string;
  secret: string;
  consumer: string;
  callback: string;
  verifier: string | null;
  userName: string | null;
  used: boolean;
}

/** What OAuth has to say against a request, in MediaWiki's words. */
export class OAuthProblem extends Error {}

const CLOCK_SKEW_SECONDS = 300;

/** Consumers, tokens and the check of OAuth 1.0a signatures (RFC 5849), as Extension:OAuth does them. */
export class OAuthProvider {
  readonly consumers = new Map<string, Consumer>();
  readonly accessTokens = new Map<string, AccessToken>();
  readonly requestTokens = new Map<string, RequestToken>();
  private readonly nonces = new Map<string, number>();

  addConsumer({
    key = hex(),
    secret = hex(20),
    name = 'Curator',
    callback = null,
  }: Partial<Consumer> = {}): Consumer {
    const consumer = { key, secret, name, callback };
    this.consumers.set(key, consumer);
    return consumer;
  }

  grant(consumer: string, userName: string, key = hex(), secret = hex(20)): AccessToken {
    const token = { key, secret, consumer, userName, revoked: false };
    this.accessTokens.set(key, token);
    return token;
  }

  /** The user a request claims to come from, unchecked. */
  claimedUser(incoming: Incoming): string | null {
    const token = headerParams(incoming).find(([name]) => name === 'oauth_token')?.[1];
    return this.accessTokens.get(token ?? '')?.userName ?? null;
  }

  isSigned(incoming: Incoming): boolean {
    return headerParams(incoming).length > 0;
  }

  /** @throws OAuthProblem */
  verifyAccess(incoming: Incoming): AccessToken {
    const params = oauthParams(incoming);
    const consumer = this.consumerOf(params);
    const token = this.accessTokens.get(params.get('oauth_token') ?? '');
    if (token === undefined || token.revoked || token.consumer !== consumer.key)
      throw new OAuthProblem('No approved grant was found for that authorization token.');
    this.verify(incoming, params, consumer, token.key, token.secret);
    return token;
  }

  /** Checks the signature of a step of the sign-in. @throws OAuthProblem */
  verifyStep(incoming: Incoming, token: RequestToken | null): Map<string, string> {
    const params = oauthParams(incoming);
    const consumer = this.consumerOf(params);
    if (token !== null && token.consumer !== consumer.key) throw new OAuthProblem('Invalid token');
    this.verify(incoming, params, consumer, token?.key ?? '', token?.secret ?? '');
    return params;
  }

  /** @throws OAuthProblem */
  consumerOf(params: ReadonlyMap<string, string>): Consumer {
    if ((params.get('oauth_version') ?? '1.0') !== '1.0')
      throw new OAuthProblem(`OAuth version '${params.get('oauth_version')}' not supported`);
    const consumer = this.consumers.get(params.get('oauth_consumer_key') ?? '');
    if (consumer === undefined) throw new OAuthProblem('Invalid consumer');
    return consumer;
  }

  private verify(
    incoming: Incoming,
    params: ReadonlyMap<string, string>,
    consumer: Consumer,
    token: string,
    tokenSecret: string,
  ): void {
    const timestamp = Number(params.get('oauth_timestamp'));
    const now = Math.floor(Date.now() / 1000);
    if (!params.get('oauth_timestamp'))
      throw new OAuthProblem('Missing timestamp parameter. The parameter is required');
    if (!(Math.abs(now - timestamp) <= CLOCK_SKEW_SECONDS))
      throw new OAuthProblem(`Expired timestamp, yours ${params.get('oauth_timestamp')}, ours ${now}`);
    const nonce = params.get('oauth_nonce');
    if (!nonce) throw new OAuthProblem('Missing nonce parameter. The parameter is required');
    this.useNonce(`${consumer.key} ${token} ${nonce}`, nonce, now);
    const method = params.get('oauth_signature_method') ?? '';
    if (method !== 'HMAC-SHA1')
      throw new OAuthProblem(
        `Signature method '${method}' not supported try one of the following: HMAC-SHA1, RSA-SHA1`,
      );
    const expected = createHmac('sha1', `${percent(consumer.secret)}&${percent(tokenSecret)}`)
      .update(signatureBase(incoming))
      .digest();
    const given = Buffer.from(params.get('oauth_signature') ?? '', 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new OAuthProblem('Invalid signature');
  }

  private useNonce(key: string, nonce: string, now: number): void {
    if ((this.nonces.get(key) ?? 0) >= now) throw new OAuthProblem(`Nonce already used: ${nonce}`);
    this.nonces.set(key, now + 2 * CLOCK_SKEW_SECONDS);
    if (this.nonces.size > 100_000)
      for (const [old, until] of this.nonces) if (until < now) this.nonces.delete(old);
  }
}

export const hex = (bytes = 16): string => randomBytes(bytes).toString('hex');

const percent = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function headerParams(incoming: Incoming): [string, string][] {
  const header = incoming.headers.authorization ?? '';
  if (!/^OAuth\s/i.test(header)) return [];
  return [...header.matchAll(/([\w.%-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
    decodeURIComponent(name),
    decodeURIComponent(value),
  ]);
}

/** Everything that is signed: the header's fields, the query and the fields of a url-encoded form, never those of a multipart one. */
function signedParams(incoming: Incoming): [string, string][] {
  return [
    ...headerParams(incoming).filter(([name]) => name !== 'realm'),
    ...incoming.query,
    ...(incoming.multipart ? [] : incoming.form),
  ];
}

const oauthParams = (incoming: Incoming): Map<string, string> =>
  new Map(signedParams(incoming).filter(([name]) => name.startsWith('oauth_')));

function signatureBase(incoming: Incoming): string {
  const pairs = signedParams(incoming)
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]) => [percent(name), percent(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB));
  return [
    incoming.method.toUpperCase(),
    percent(incoming.baseUrl),
    percent(pairs.map((pair) => pair.join('=')).join('&')),
  ].join('&');
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
