import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Database,
  ExportFileRepository,
  ExportRepository,
  ExportRows,
  JobRepository,
  type Export,
} from '#app/persistence';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { runExports } from '../../../../test/support/run-exports.js';

const LONG_AGO = new Date('2026-01-01T00:00:00.000Z');
const ROWS = 1_500;
const PAGES = 2;

class Killed extends Error {}

/** Its worker dies before or after it notes that the file is written. */
class DyingFiles extends ExportFileRepository {
  constructor(
    database: Database,
    private readonly when: 'before' | 'after',
  ) {
    super(database);
  }

  override async complete(...values: Parameters<ExportFileRepository['complete']>): Promise<boolean> {
    if (this.when === 'after') await super.complete(...values);
    throw new Killed();
  }
}

/** Counts the pages that are read. */
class CountedRows extends ExportRows {
  pages = 0;

  override readUploads(
    ...values: Parameters<ExportRows['readUploads']>
  ): ReturnType<ExportRows['readUploads']> {
    this.pages += 1;
    return super.readUploads(...values);
  }
}

describe('exports whose worker died when all rows were read', () => {
  let stores: OpenStores;
  let database: Database;
  let directory: string;
  let userid: string;
  let batchid: number;

  beforeAll(async () => {
    stores = await openStores();
    database = stores.nest.get(Database);
    directory = await mkdtemp(join(tmpdir(), 'exports-'));
    userid = (await aUser(database)).userid;
  });

  afterAll(async () => {
    await stores.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(async () => {
    const uploads = Array.from({ length: ROWS }, (_, index) => aNewUpload({ key: `${index}` }));
    batchid = (await aBatch(database, uploads, userid)).batch.id;
    await database.change('UPDATE upload_requests SET updated_at = ?', [LONG_AGO]);
  });

  const find = async (): Promise<Export> => {
    const { items } = await stores.nest.get(ExportRepository).list({ userid, page: 0, size: 1, asc: false });
    const [found] = items;
    if (!found) throw new Error('There is no export');
    return found;
  };

  it.each([[['before']], [['before', 'before']], [['after']], [['before', 'after']]] as const)(
    'are there once, when it died %j the file was noted',
    async (deaths) => {
      const request = { kind: 'batch', refId: batchid, format: 'ndjson', storageId: null } as const;
      const asked = { kind: 'export', userid, subject: `${batchid}`, params: { ...request } } as const;
      const { job } = await stores.nest.get(JobRepository).createOrJoin(asked);
      await stores.nest.get(ExportRepository).keep(userid, job.id, request);
      const name = `batch-${batchid}-20260101T000000000Z.ndjson`;
      const rows = new CountedRows(database);
      for (const when of deaths) {
        const files = new DyingFiles(database, when);
        await runExports(stores, { directory, files, rows, environment: { RETRY_DELAY_SCALE: '1' } });
        expect(await find()).toMatchObject({ status: 'queued', done: ROWS, file: null });
        await database.change('UPDATE jobs SET due_at = ? WHERE id = ?', [LONG_AGO, job.id]);
      }
      // As a write that ended in the middle leaves it.
      await writeFile(join(directory, `.${name}.0123456789abcdef.part`), '{"handler":');

      await runExports(stores, { directory, rows });
      expect(await find()).toMatchObject({ status: 'complete', file: { name, rows: ROWS } });
      expect(rows.pages).toBe(PAGES);
      const lines = (await readFile(join(directory, name), 'utf8')).trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(
        Array.from({ length: ROWS }, (_, index) => `${index}`),
      );
      const visible = (await readdir(directory)).filter((entry) => !entry.startsWith('.'));
      expect(visible.filter((entry) => entry.startsWith(`batch-${batchid}-`))).toEqual([name]);
      expect(await readdir(join(directory, '.spool'))).toEqual([]);
    },
  );
});
