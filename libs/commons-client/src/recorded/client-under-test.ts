import pLimit from 'p-limit';
import { RefusedError, TemporaryError, type RequestObserver, type SharedLimiter } from '#app/protocol';
import { CommonsApi } from '../commons-api.js';
import type { CommonsClient } from '../commons-client.js';
import type { PageEditor } from '../pages/page-editor.js';
import { signRequest } from '../oauth/sign-request.js';
import { ReplayServer, type SeenRequest } from './replay-server.js';

const consumer = { key: 'consumer', secret: 'consumer-secret' };
const token = { key: 'token', secret: 'token-secret' };
const user = { userid: '5', username: 'Uploader' };

export const chunk = { filename: 'A street.jpg', offset: 0, size: 70_000, chunk: Buffer.alloc(70_000, 'x') };
export const commit = { filename: 'A street.jpg', fileKey: 'key', text: '== ü ==\nFrom here', comment: 'c' };

/** A client of a wiki that answers as told. For specs. */
export class ClientUnderTest {
  readonly server = new ReplayServer();
  /** How the requests took their turns. */
  readonly gate = { keys: [] as string[], inside: 0, most: 0 };
  /** Each request that was begun, with what came of it. */
  readonly observed: string[] = [];
  private opened: { api: CommonsApi; client: CommonsClient } | null = null;

  private readonly line = pLimit(1);
  /** One request at a time. */
  private readonly limiter: SharedLimiter = {
    run: (key, work) =>
      this.line(async () => {
        this.gate.keys.push(key);
        this.gate.inside += 1;
        this.gate.most = Math.max(this.gate.most, this.gate.inside);
        try {
          return await work();
        } finally {
          this.gate.inside -= 1;
        }
      }),
  };

  private readonly observer: RequestObserver = {
    begin:
      ({ upstream, method, action }) =>
      (outcome) =>
        void this.observed.push(`${upstream} ${method} ${action} ${outcome}`),
  };

  get client(): CommonsClient {
    if (!this.opened) throw new Error('Not open');
    return this.opened.client;
  }

  get editor(): PageEditor {
    if (!this.opened) throw new Error('Not open');
    return this.opened.api.editorFor(user, token);
  }

  /** A second one of the same person, as after another sign-in. */
  anotherClient(): CommonsClient {
    if (!this.opened) throw new Error('Not open');
    return this.opened.api.clientFor(user, token);
  }

  open(timeouts: { read?: number; write?: number } = {}, origin = this.server.origin): CommonsClient {
    this.gate.keys = [];
    this.gate.most = 0;
    this.observed.length = 0;
    const api = new CommonsApi({
      apiUrl: `${origin}/w/api.php`,
      indexUrl: `${origin}/w/index.php`,
      userAgent: 'Curator/test (https://curator.example)',
      consumer,
      limiter: this.limiter,
      observer: this.observer,
      delayScale: 0.001,
      timeouts,
    });
    this.opened = { api, client: api.clientFor(user, token) };
    return this.client;
  }

  async close(): Promise<void> {
    await this.opened?.api.close();
    this.opened = null;
  }
}

export const oauthOf = ({ headers }: SeenRequest): Record<string, string> =>
  Object.fromEntries(
    [...String(headers.authorization).matchAll(/(oauth_\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      decodeURIComponent(value),
    ]),
  );

export const isSignedWell = (seen: SeenRequest): boolean => {
  const { oauth_nonce: nonce = '', oauth_timestamp: timestamp } = oauthOf(seen);
  const body = seen.headers['content-type'] === 'application/x-www-form-urlencoded' ? seen.params : undefined;
  const request = { method: seen.method, url: seen.url, ...(body ? { body } : {}) };
  return (
    signRequest(request, { consumer, token }, { nonce, timestamp: Number(timestamp) }) ===
    seen.headers.authorization
  );
};

export const failureOf = async (work: Promise<unknown>): Promise<TemporaryError | RefusedError> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof TemporaryError || error instanceof RefusedError) return error;
  throw new Error('Expected a failure', { cause: error });
};
