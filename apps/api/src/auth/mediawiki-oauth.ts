import {
  fetchIdentity,
  signRequest,
  type AccessToken,
  type Consumer,
  type Identity,
} from '#app/commons-client';
import { readLimited, TemporaryError } from '#app/protocol';
import { request } from 'undici';
import { parseHandshakeAnswer } from './parse-handshake-answer.js';

const TIMEOUT_MS = 20_000;
/** Answers are a few hundred. */
const MAX_BYTES = 64 * 1024;

export interface MediaWikiOAuthOptions {
  /** `…/w/index.php`: short addresses break the signature. */
  indexUrl: string;
  userAgent: string;
  consumer: Consumer;
}

/**
 * The signed calls of a sign-in. One try each: a person is waiting and can try again.
 * @see https://www.mediawiki.org/wiki/OAuth/For_Developers
 */
export class MediaWikiOAuth {
  readonly consumer: Consumer;

  constructor(private readonly options: MediaWikiOAuthOptions) {
    this.consumer = options.consumer;
  }

  pageUrl(page: 'initiate' | 'authorize' | 'token', more: Record<string, string> = {}): string {
    const url = new URL(this.options.indexUrl);
    url.search = new URLSearchParams({ title: `Special:OAuth/${page}`, ...more }).toString();
    return url.href;
  }

  /** @param callbackUrl where the wiki sends the browser; the consumer's registered one must be a prefix of it */
  async requestToken(callbackUrl: string): Promise<AccessToken> {
    const url = this.pageUrl('initiate', { format: 'json', oauth_callback: callbackUrl });
    const { status, body } = await this.get(url);
    return parseHandshakeAnswer(status, body);
  }

  async accessToken(requestToken: AccessToken, verifier: string): Promise<AccessToken> {
    const url = this.pageUrl('token', { format: 'json', oauth_verifier: verifier });
    const { status, body } = await this.get(url, requestToken);
    return parseHandshakeAnswer(status, body);
  }

  /** Whom this token belongs to. @throws RefusedError when the wiki or the signature of its answer says no @throws TemporaryError */
  identify(token: AccessToken): Promise<Identity> {
    return fetchIdentity({ ...this.options, token });
  }

  private async get(url: string, token?: AccessToken): Promise<{ status: number; body: string }> {
    const keys = { consumer: this.consumer, ...(token === undefined ? {} : { token }) };
    try {
      const response = await request(url, {
        headers: {
          authorization: signRequest({ method: 'GET', url }, keys),
          'user-agent': this.options.userAgent,
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: response.statusCode, body: await readLimited(response.body, MAX_BYTES) };
    } catch (cause) {
      const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
      throw timedOut
        ? new TemporaryError('timeout', 'The wiki took too long to answer.', { cause })
        : new TemporaryError('network', 'The wiki could not be reached.', { cause });
    }
  }
}
