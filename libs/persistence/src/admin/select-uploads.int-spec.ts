import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { selectFailedBatches } from './failed-uploads.js';
import { selectUploads, type Selection, type UploadFilter } from './select-uploads.js';

const UPLOADS = 20_000;

const SEED = [
  `INSERT INTO users (userid, username, created_at, updated_at)
    SELECT seq, CONCAT('User ', LPAD(seq, 3, '0')), '2026-01-01', '2026-01-01' FROM seq_1_to_100`,
  `INSERT INTO batches (id, userid, edit_group_id, open, created_at, updated_at)
    SELECT seq, 1 + seq MOD 100, LPAD(HEX(seq), 12, '0'), 0, '2026-01-01', '2026-01-01' FROM seq_1_to_400`,
  `INSERT INTO upload_requests (batchid, userid, status, \`key\`, handler, collection, filename, wikitext, copyright_override,
      created_at, updated_at, planned_at, due_at, attempts, checkpoint, failure)
    SELECT 1 + seq MOD 400, 1 + (1 + seq MOD 400) MOD 100, IF(seq MOD 50, 'completed', 'failed'), seq, 'mapillary', 'sequence',
      CONCAT('File ', seq, '.jpg'), 'text', 0, '2026-01-01' + INTERVAL seq SECOND, '2026-01-01', '2026-01-01', '2026-01-01', '{}', '{}',
      IF(seq MOD 50, NULL, 'other')
    FROM seq_1_to_${UPLOADS}`,
  'ANALYZE TABLE users, batches, upload_requests',
];

interface PlanRow {
  table: string | null;
  key: string | null;
  Extra: string | null;
}

const PAGE = { limit: 100, offset: 100 };

describe('the lists of administrators', () => {
  let opened: OpenTestDatabase;

  beforeAll(async () => {
    opened = await openTestDatabase();
    for (const statement of SEED) await opened.database.rows(statement);
  }, 60_000);

  afterAll(() => opened.drop());

  const plan = async ({ statement, values }: Selection): Promise<string[]> => {
    const rows = await opened.database.rows<PlanRow>(`EXPLAIN ${statement}`, values);
    return rows
      .filter(({ table }) => table === 'r')
      .map(({ key, Extra }) => `${key ?? 'no index'}${Extra?.includes('filesort') ? ', sorted' : ''}`);
  };

  it.each<[UploadFilter, string[], string[]]>([
    [{}, [], ['created']],
    [{ statuses: ['failed', 'completed'] }, [], ['status_created', 'status_created']],
    [{ since: new Date('2026-01-01T01:00:00Z'), until: new Date('2026-01-01T01:10:00Z') }, [], ['created']],
    [
      {
        statuses: ['failed'],
        since: new Date('2026-01-01T01:00:00Z'),
        until: new Date('2026-01-01T02:00:00Z'),
      },
      [],
      ['status_created'],
    ],
    [{ text: 'File 123' }, [], ['filename, sorted']],
    [{ text: 'User 00' }, ['1', '2'], ['filename, sorted', 'user', 'user']],
  ])('%j reads by an index what it needs', async (filter, people, indexes) => {
    const used = await plan(selectUploads(filter, people, PAGE));
    expect(used).toEqual(indexes.map((index) => `ix_upload_requests_${index}`));
  });

  it('finds uploads by ids without a scan', async () => {
    const used = await plan(selectUploads({ text: '123' }, [], PAGE));
    expect(used[0]).toBe('ix_upload_requests_filename, sorted');
    expect(used[1]).toBe('PRIMARY');
    expect(used[2]).toMatch(/^(ix|uq)_upload_requests_batch/);
  });

  it('reads of failed uploads what has failed', async () => {
    for (const order of ['recent', 'batchSize', 'errorType'] as const) {
      const [used] = await plan(selectFailedBatches({}, [], order, PAGE));
      expect(used).toMatch(/^ix_upload_requests_failure/);
    }
  });
});
