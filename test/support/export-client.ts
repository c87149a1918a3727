import { waitUntil } from './wait-until.js';
import { queryRows } from './query-rows.js';
import type { Stack } from './stack.js';

export interface ExportAnswer {
  id: number;
  job_id: number;
  status: string;
  done: number;
  total?: number;
  error?: { error_code: string; error_msg: string };
  file?: { name: string; size: number; rows: number; data_at: string; expires_at: string; download: string };
  last_exported_at?: string;
}

export interface Refusal {
  error_code: string;
  error_msg: string;
  details?: Record<string, unknown>;
}

/** A person's exports over HTTP. */
export class ExportClient {
  constructor(
    private readonly stack: Stack,
    private readonly user = 'Uploader',
  ) {}

  async go(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', await this.stack.cookieOf(this.user));
    return fetch(`${this.stack.api.url}${path}`, { redirect: 'manual', ...init, headers });
  }

  post(path: string, body: object): Promise<Response> {
    return this.go(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** @returns the path of the export @throws Error when it is refused */
  async ask(wanted: object): Promise<string> {
    const response = await this.post('/api/exports', wanted);
    if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
    return response.headers.get('location') ?? '';
  }

  async find(path: string): Promise<ExportAnswer> {
    return (await (await this.go(path)).json()) as ExportAnswer;
  }

  /** As it is once it has ended. */
  ended(path: string): Promise<ExportAnswer> {
    return waitUntil('the end of an export', async () => {
      const found = await this.find(path);
      return found.status === 'queued' || found.status === 'running' ? null : found;
    });
  }

  /** Asks and waits for the end. */
  async make(wanted: object): Promise<ExportAnswer & { path: string }> {
    const path = await this.ask(wanted);
    return { ...(await this.ended(path)), path };
  }

  /** The whole file as text. */
  async text(path: string): Promise<string> {
    const response = await this.go(`${path}/download`);
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return response.text();
  }

  async userid(): Promise<string> {
    return ((await (await this.go('/auth/whoami')).json()) as { userid: string }).userid;
  }
}

/** A batch of so many uploads that ended long ago, some of them failed, with secrets that no export may tell. */
export async function aFilledBatch(
  { stores }: Stack,
  userid: string,
  uploads: number,
  { status = 'completed', handler = 'mapillary', collection = 'a-sequence' } = {},
): Promise<number> {
  const at = '2026-01-01 00:00:00.000';
  const { databaseUrl } = stores;
  await queryRows(
    databaseUrl,
    'INSERT INTO batches (userid, edit_group_id, open, created_at, updated_at) VALUES (?, LEFT(REPLACE(UUID(), "-", ""), 12), 0, ?, ?)',
    [userid, at, at],
  );
  const [batch] = await queryRows(databaseUrl, 'SELECT MAX(id) AS id FROM batches WHERE userid = ?', [
    userid,
  ]);
  const batchid = Number(batch?.['id']);
  await queryRows(
    databaseUrl,
    `INSERT INTO upload_requests (batchid, userid, status, \`key\`, handler, collection, filename, wikitext, copyright_override,
        labels, error, success, created_at, updated_at, planned_at, due_at, attempts, checkpoint, access_token)
      SELECT ?, ?, ?, seq, ?, ?, CONCAT('=File ', seq, ', "', seq, '".jpg'), REPEAT('text ', 60), 0,
        '[{"language":"en","value":"@A street"}]',
        IF(? = 'failed', '{"type":"error","message":"It went wrong"}', NULL),
        IF(? = 'failed', NULL, 'https://commons.example/wiki/File:A.jpg'), ?, ?, ?, ?, '{}',
        '{"pageId":7,"publishedTitle":"File:A.jpg","fileKey":"stash-secret.jpg"}', 'k1.token-secret'
      FROM seq_1_to_${uploads}`,
    [batchid, userid, status, handler, collection, status, status, at, at, at, at],
  );
  return batchid;
}
