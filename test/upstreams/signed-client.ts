import { createHmac } from 'node:crypto';

import OAuth from 'oauth-1.0a';

interface KeyPair {
  key: string;
  secret: string;
}

/** An answer of the action API with what matters of its envelope. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** The parsed body, or null if it is no JSON. */
  json: unknown;
  text: string;
}

export interface SignedRequestOptions {
  /** Parts of a multipart form; their presence makes the form multipart. */
  files?: Record<string, Uint8Array<ArrayBuffer>>;
  /** OAuth fields to use instead of the right ones. */
  oauth?: Partial<OAuth.Authorization>;
  /** Signs the fields of a multipart form too, which is wrong. */
  signFields?: boolean;
  cookie?: string;
}

/** A plain OAuth 1.0a client for the stand-ins' own tests: no retries, no cookies, no opinion. */
export class SignedClient {
  private readonly oauth: OAuth;

  constructor(
    private readonly apiUrl: string,
    consumer: KeyPair,
    private readonly token: KeyPair | null,
  ) {
    this.oauth = new OAuth({
      consumer,
      signature_method: 'HMAC-SHA1',
      hash_function: (base, key) => createHmac('sha1', key).update(base).digest('base64'),
    });
  }

  get(params: Record<string, string>, options: SignedRequestOptions = {}): Promise<ApiAnswer> {
    // `%20`, not `+`: oauth-1.0a takes a plus for a plus.
    const query = new URLSearchParams({ format: 'json', ...params }).toString().replaceAll('+', '%20');
    return this.send('GET', `${this.apiUrl}?${query}`, {}, null, options);
  }

  post(params: Record<string, string>, options: SignedRequestOptions = {}): Promise<ApiAnswer> {
    const fields = { format: 'json', ...params };
    if (options.files === undefined) {
      return this.send('POST', this.apiUrl, fields, new URLSearchParams(fields), options);
    }
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    for (const [name, bytes] of Object.entries(options.files)) {
      form.append(name, new Blob([bytes], { type: 'application/octet-stream' }), name);
    }
    return this.send('POST', this.apiUrl, options.signFields === true ? fields : {}, form, options);
  }

  async csrfToken(): Promise<string> {
    const answer = await this.get({ action: 'query', meta: 'tokens', formatversion: '2' });
    return (answer.json as { query: { tokens: { csrftoken: string } } }).query.tokens.csrftoken;
  }

  private async send(
    method: string,
    url: string,
    signed: Record<string, string>,
    body: URLSearchParams | FormData | null,
    options: SignedRequestOptions,
  ): Promise<ApiAnswer> {
    const headers: Record<string, string> = {
      'user-agent': 'CuratorTests/1.0 (https://github.com/; tests)',
    };
    if (options.cookie !== undefined) headers['cookie'] = options.cookie;
    if (this.token !== null) {
      const authorization = this.authorize({ url, method, data: signed }, options.oauth ?? {});
      headers['authorization'] = this.oauth.toHeader(authorization).Authorization;
    }
    const response = await fetch(url, { method, headers, body, redirect: 'manual' });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      json: isJson ? JSON.parse(text) : null,
      text,
    };
  }

  /** Fields that are replaced are replaced before signing, except the signature itself. */
  private authorize(
    request: { url: string; method: string; data: Record<string, string> },
    replaced: Partial<OAuth.Authorization>,
  ): OAuth.Authorization {
    const token = this.token ?? { key: '', secret: '' };
    const fields = {
      oauth_consumer_key: this.oauth.consumer.key,
      oauth_nonce: this.oauth.getNonce(),
      oauth_signature_method: 'HMAC-SHA1',
      oauth_timestamp: this.oauth.getTimeStamp(),
      oauth_version: '1.0',
      oauth_token: token.key,
      ...replaced,
    };
    const signature = this.oauth.getSignature(request, token.secret, fields);
    return { oauth_signature: signature, ...fields };
  }
}
