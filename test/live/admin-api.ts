import { Database } from '#app/persistence';
import { Browser } from '../sign-in/browser.js';
import { aBatch, aNewUpload } from '../support/an-upload.js';
import { LiveApi } from './live-api.js';

interface Item {
  id: number;
  status: string;
  error: unknown;
  filename: string;
}

export interface Answer {
  status: number;
  body: Record<string, unknown> & { items: Item[]; total: number; error_code?: string };
}

/** An API in this process with an administrator, Admin, and one other person, Uploader. */
export class AdminApi {
  readonly database: Database;

  private constructor(
    readonly api: LiveApi,
    /** Of Uploader. */
    readonly userid: string,
    readonly adminId: string,
  ) {
    this.database = api.running.app.get(Database);
  }

  static async start(): Promise<AdminApi> {
    const api = await LiveApi.start();
    return new AdminApi(api, await idOf(api, 'Uploader'), await idOf(api, 'Admin'));
  }

  browserOf(name: string): Promise<Browser> {
    return browserOf(this.api, name);
  }

  /** @param path below `/api/admin` */
  async ask(method: string, path: string, body?: unknown, name = 'Admin'): Promise<Answer> {
    const answer = await (
      await this.browserOf(name)
    ).go(`/api/admin${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  }

  async aToken(name: string): Promise<{ token: string }> {
    const made = await (
      await this.browserOf(name)
    ).go('/api/tokens', {
      method: 'POST',
      body: JSON.stringify({ name: 'A script', scopes: ['read', 'upload'] }),
      headers: { 'content-type': 'application/json' },
    });
    return (await made.json()) as { token: string };
  }

  async statusWith(token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${this.api.running.origin}/auth/whoami`, { headers })).status;
  }

  /** What was done to one thing, newest first. @param kind ids of two kinds may be the same */
  async audited(subject: number | string, kind: string): Promise<unknown[]> {
    return (await this.ask('GET', `/audit?subject_id=${subject}&subject_kind=${kind}`)).body.items;
  }

  /** A batch of Uploader with uploads in these states. */
  async aBatchOf(...statuses: string[]): Promise<{ batchid: number; ids: number[] }> {
    const { batch, uploads } = await aBatch(
      this.database,
      statuses.map(() => aNewUpload()),
      this.userid,
    );
    const ids = uploads.map(({ id }) => id);
    for (const [index, status] of statuses.entries()) {
      const until = status === 'in_progress' ? new Date(Date.now() + 60_000) : null;
      await this.database.change(
        `UPDATE upload_requests SET status = ?, lease_owner = 'a worker', leased_until = ?, failure = IF(? = 'failed', 'other', NULL) WHERE id = ?`,
        [status, until, status, ids[index] ?? 0],
      );
    }
    return { batchid: batch.id, ids };
  }

  /** Status, whether it is to be cancelled, has a token, and a lease. */
  async statesOf(ids: readonly number[]): Promise<string[]> {
    const rows = await this.database.rows<{
      status: string;
      cancelled: number;
      token: number;
      leased: number;
    }>(
      `SELECT status, cancel_requested_at IS NOT NULL AS cancelled, access_token IS NOT NULL AS token,
        leased_until IS NOT NULL AS leased FROM upload_requests WHERE id IN (?) ORDER BY id`,
      [ids],
    );
    return rows.map(({ status, cancelled, token, leased }) =>
      [status, cancelled, token, leased].map(String).join(' '),
    );
  }
}

async function browserOf(api: LiveApi, name: string): Promise<Browser> {
  const browser = new Browser(api.running.origin);
  browser.cookie = await api.cookieOf(name);
  return browser;
}

async function idOf(api: LiveApi, name: string): Promise<string> {
  const who = await (await browserOf(api, name)).go('/auth/whoami');
  return ((await who.json()) as { userid: string }).userid;
}
