import { createHmac, randomBytes } from 'node:crypto';
import type { AccessToken, Consumer } from '../types.js';

export interface RequestToSign {
  readonly method: string;
  /** With its query string: query parameters are signed. */
  readonly url: string | URL;
  /** Parameters of an `application/x-www-form-urlencoded` body; fields of a multipart body are never signed. */
  readonly body?: URLSearchParams;
}

export interface SigningKeys {
  readonly consumer: Consumer;
  /** Absent while a request token is asked for. */
  readonly token?: AccessToken;
}

export interface SigningMoment {
  readonly nonce: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** A nonce may be used once, even when its signature was refused. */
export const freshMoment = (): SigningMoment => ({
  nonce: randomBytes(16).toString('hex'),
  timestamp: Math.floor(Date.now() / 1_000),
});

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** @see https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.2 */
const normalise = (params: readonly (readonly [string, string])[]): string =>
  params
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => byText(nameA, nameB) || byText(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** @see https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1 */
export function signatureBase(request: RequestToSign, oauth: readonly (readonly [string, string])[]): string {
  const url = new URL(request.url);
  const params = [...url.searchParams, ...(request.body ?? []), ...oauth];
  const base = `${url.protocol}//${url.host}${url.pathname}`;
  return [request.method.toUpperCase(), base, normalise(params)].map(encode).join('&');
}

/**
 * The `Authorization` header of one request, signed with HMAC-SHA1. Each try needs a call of its own, for a fresh nonce.
 * @see https://www.rfc-editor.org/rfc/rfc5849
 */
export function signRequest(
  request: RequestToSign,
  { consumer, token }: SigningKeys,
  { nonce, timestamp }: SigningMoment = freshMoment(),
): string {
  const oauth: (readonly [string, string])[] = [
    ['oauth_consumer_key', consumer.key],
    ['oauth_nonce', nonce],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', String(timestamp)],
    ...(token ? [['oauth_token', token.key] as const] : []),
    ['oauth_version', '1.0'],
  ];
  const signature = createHmac('sha1', `${encode(consumer.secret)}&${encode(token?.secret ?? '')}`)
    .update(signatureBase(request, oauth))
    .digest('base64');
  const header = [...oauth, ['oauth_signature', signature] as const]
    .map(([name, value]) => `${name}="${encode(value)}"`)
    .join(', ');
  return `OAuth ${header}`;
}
