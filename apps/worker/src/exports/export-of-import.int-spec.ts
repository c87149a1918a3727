import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Database,
  ExportRepository,
  ImportRunRepository,
  JobRepository,
  type Export,
} from '#app/persistence';
import { aUser } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { runExports } from '../../../../test/support/run-exports.js';

const FILES = 1_203;
const DONE_AT = new Date('2026-01-01T00:00:00.000Z');

describe('exports of imports', () => {
  let stores: OpenStores;
  let database: Database;
  let directory: string;
  let userid: string;
  let runId: number;
  let importId: number;

  beforeAll(async () => {
    stores = await openStores();
    database = stores.nest.get(Database);
    directory = await mkdtemp(join(tmpdir(), 'exports-'));
  });

  afterAll(async () => {
    await stores.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(async () => {
    ({ userid } = await aUser(database));
    runId = await database.insert(
      `INSERT INTO import_runs (userid, title, depth, chunk_count, file_count, category_count, other_count, is_truncated,
        created_at, completed_at, expires_at) VALUES (?, 'Streets', 0, 3, ?, 1, 0, 0, ?, ?, ?)`,
      [userid, FILES, DONE_AT, DONE_AT, new Date()],
    );
    importId = await database.insert('INSERT INTO imports (userid, run_id, created_at) VALUES (?, ?, ?)', [
      userid,
      runId,
      DONE_AT,
    ]);
    await database.change(
      `INSERT INTO import_files (run_id, position, page_id, category_number, name, width, height, size, mime, sha1)
       SELECT ?, seq, seq, 0, CONCAT('File ', seq, '.jpg'), 40, 30, 999, 'image/jpeg', REPEAT('a', 40)
       FROM seq_0_to_${FILES - 1}`,
      [runId],
    );
  });

  /** Asks for the import as a list, has it made, and gives what became of that. */
  async function make(): Promise<Export | undefined> {
    const { nest } = stores;
    const [jobs, exports] = [nest.get(JobRepository), nest.get(ExportRepository)];
    const request = { kind: 'import', refId: importId, format: 'ndjson', storageId: null } as const;
    const asked = { kind: 'export', userid, subject: `import ${importId}`, params: { ...request } } as const;
    const { job } = await jobs.createOrJoin(asked);
    await exports.keep(userid, job.id, request);
    await runExports(stores, { directory });
    return (await exports.list({ userid, page: 0, size: 1, asc: false })).items[0];
  }

  const filesOf = async (): Promise<string[]> =>
    (await readdir(directory)).filter((name) => name.startsWith(`import-${importId}-`));

  it('have every file of it', async () => {
    const made = await make();
    expect(made).toMatchObject({ status: 'complete', done: FILES, total: FILES, file: { rows: FILES } });
    expect(await filesOf()).toEqual([`import-${importId}-20260101T000000000Z.ndjson`]);
  });

  it.each([
    [
      'the first of its files are removed',
      'DELETE FROM import_files WHERE run_id = ? ORDER BY position LIMIT 500',
    ],
    [
      'the last of them are removed',
      'DELETE FROM import_files WHERE run_id = ? ORDER BY position DESC LIMIT 500',
    ],
    [
      'some in between are removed',
      'DELETE FROM import_files WHERE run_id = ? AND position BETWEEN 1010 AND 1020',
    ],
  ])('are never of a part of it: %s meanwhile', async (_what, statement) => {
    await database.change(statement, [runId]);
    expect(await make()).toMatchObject({ status: 'failed', error: { code: 'IMPORT_EXPIRED' }, file: null });
    expect(await filesOf()).toEqual([]);
  });

  it('fail when it was removed before their turn came', async () => {
    const times = { expiredBefore: new Date(Date.now() + 1_000), begunBefore: DONE_AT };
    await stores.nest.get(ImportRunRepository).deleteForgettable(times, 10, new AbortController().signal);
    expect(await make()).toMatchObject({ status: 'failed', error: { code: 'IMPORT_EXPIRED' }, file: null });
    expect(await filesOf()).toEqual([]);
  });
});
