import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { explainedQueries, type QuerySample } from './explained-queries.js';

const USERS = 50;
const BATCHES = 5_000;
/** Of these batches, the older ones. */
const FILLED = 500;
const UPLOADS = 50_000;

/** More rows than this are a scan: a batch has a hundred uploads, a user a thousand. */
const MOST_ROWS = 2_500;

const NOW = new Date('2026-03-01T12:00:00Z');

/** Most uploads are finished, as in life; some of each batch are queued, some run. */
const SEED = [
  `INSERT INTO users (userid, username, access_token, created_at, updated_at)
    SELECT seq, CONCAT('User ', LPAD(seq, 4, '0')), 'k1.sealed', '2026-01-01', '2026-01-01' FROM seq_1_to_${USERS}`,
  `INSERT INTO batches (id, userid, edit_group_id, open, created_at, updated_at)
    SELECT seq, 1 + seq MOD ${USERS}, LPAD(HEX(seq), 12, '0'), seq <= ${FILLED}, '2026-01-01', '2026-01-01' FROM seq_1_to_${BATCHES}`,
  `INSERT INTO upload_requests (id, batchid, userid, status, \`key\`, handler, collection, filename, wikitext, copyright_override,
      created_at, updated_at, planned_at, due_at, dispatched_at, attempts, checkpoint, leased_until, committed_at, sdc_owed, owed_due_at)
    SELECT seq, 1 + seq MOD ${FILLED}, 1 + (1 + seq MOD ${FILLED}) MOD ${USERS},
      ELT(1 + seq DIV ${FILLED} MOD 20, 'queued', 'queued', 'in_progress', 'failed', 'duplicate', 'completed', 'completed', 'completed',
        'completed', 'completed', 'completed', 'completed', 'completed', 'completed', 'completed', 'completed', 'completed',
        'completed', 'completed', 'cancelled'),
      seq, 'mapillary', 'sequence', CONCAT('File ', seq, '.jpg'), REPEAT('text ', 40), 0,
      '2026-01-01', '2026-01-01', '2026-01-01' + INTERVAL seq SECOND, '2026-01-01' + INTERVAL seq SECOND,
      IF(seq DIV ${FILLED} MOD 20 = 1, '2026-04-01', NULL), '{}', '{}',
      IF(seq DIV ${FILLED} MOD 20 = 2, '2026-04-01', NULL), IF(seq DIV ${FILLED} MOD 20 >= 5, '2026-01-01', NULL),
      seq DIV ${FILLED} MOD 20 = 5 AND seq MOD 100 = 0, IF(seq DIV ${FILLED} MOD 20 = 5 AND seq MOD 100 = 0, '2026-01-01', NULL)
    FROM seq_1_to_${UPLOADS}`,
  `INSERT INTO presets (userid, handler, title, title_template, exclude_from_date_category, is_default, created_at, updated_at)
    SELECT 1 + seq MOD ${USERS}, 'mapillary', seq, '{{id}}', 0, 0, '2026-01-01', '2026-01-01' FROM seq_1_to_5000`,
  `INSERT INTO jobs (id, kind, userid, subject, subject_key, params, status, done, attempts, due_at, created_at, updated_at)
    SELECT 1000000 + seq, 'import', 1 + seq MOD ${USERS}, seq, seq, '{}', 'complete', 0, 0, '2026-01-01', '2026-01-01', '2026-01-01' FROM seq_1_to_1000`,
  `INSERT INTO import_runs (id, job_id, userid, title, depth, chunk_count, file_count, category_count, other_count, is_truncated, created_at)
    SELECT seq, 1000000 + seq, 1 + seq MOD ${USERS}, CONCAT('Category ', seq), 0, 0, 0, 0, 0, 0, '2026-01-01' FROM seq_1_to_1000`,
  `INSERT INTO imports (id, userid, run_id, created_at)
    SELECT seq, 1 + (seq + 6) MOD ${USERS}, seq, '2026-01-01' FROM seq_1_to_1000`,
  `INSERT INTO import_categories (run_id, number, level, title)
    SELECT 1 + seq MOD 2, seq DIV 2, 1, CONCAT('Category ', seq) FROM seq_0_to_1999`,
  `INSERT INTO import_files (run_id, position, page_id, category_number, name, width, height, size, mime, sha1)
    SELECT 1 + seq MOD 2, seq DIV 2, seq, 0, CONCAT('File ', seq, '.jpg'), 1, 1, 1, 'image/jpeg', '' FROM seq_0_to_39999`,
  'ANALYZE TABLE import_runs, imports, import_categories, import_files',
  `INSERT INTO manifests (id, userid, created_at)
    SELECT CONCAT('00000000-0000-0000-0000-', LPAD(seq, 12, '0')), 1 + seq MOD ${USERS}, '2026-01-01' FROM seq_1_to_500`,
  `INSERT INTO manifest_rows (manifest_id, position, \`key\`, cells)
    SELECT CONCAT('00000000-0000-0000-0000-', LPAD(1 + seq MOD 500, 12, '0')), seq, seq, '{}' FROM seq_1_to_20000`,
  'ANALYZE TABLE users, batches, upload_requests, presets, manifests, manifest_rows',
];

const SAMPLE: QuerySample = {
  userid: '8',
  username: 'User 001',
  batchid: 107,
  uploadId: 1_606,
  uploadIds: [106, 606, 1_106],
  batchIds: Array.from({ length: 100 }, (_, index) => FILLED - index),
  keys: ['106', '606'],
  now: NOW,
};

interface PlanRow {
  select_type: string;
  table: string | null;
  type: string | null;
  key: string | null;
  rows: number | string | null;
  Extra: string | null;
}

/** What each query's plan reads of the large table must come by this index. */
const INDEXES: Readonly<Record<string, string>> = {
  'list states of a batch': 'uq_upload_requests_batch_key|ix_upload_requests_batch_status',
  'list states by key': 'uq_upload_requests_batch_key',
  'list files of images': 'ix_upload_requests_source',
  'list files of images of a manifest': 'ix_upload_requests_source',
  'list keys of a manifest': 'PRIMARY',
  'list waiting batches': 'ix_upload_requests_turn',
  'count running': 'ix_upload_requests_dispatch',
  'lock expired lease': 'ix_upload_requests_lease',
  'lock first waiting': 'ix_upload_requests_turn',
  'list due batches': 'ix_upload_requests_dispatch',
  'count queued uploads': 'ix_batches_open.*ix_upload_requests_turn',
  'count running uploads': 'ix_upload_requests_lease',
  'count open jobs': 'ix_jobs_due',
  'list due of a batch': 'ix_upload_requests_dispatch',
  'list lost': 'ix_upload_requests_dispatch',
  'list expired leases': 'ix_upload_requests_lease',
  'list owed structured data': 'ix_upload_requests_sdc_owed',
  'list owed refreshes': 'ix_upload_requests_refresh_owed',
  'lock queued of token': 'ix_upload_requests_user_status',
  'count by status': 'ix_upload_requests_batch_status',
  'find schedule': 'ix_upload_requests_turn',
  'count work ahead': 'ix_upload_requests_user_status',
  'list commits': 'ix_upload_requests_user_committed',
  'used of a quota of uploads': 'ix_upload_requests_quota',
  'used of a quota of bytes': 'ix_upload_requests_quota',
  'settled of a quota': 'ix_upload_requests_quota',
  'find what has not ended of a quota': 'ix_upload_requests_quota',
};

/** Those that have to put what they found in order: few rows, found by an index. */
const SORTS = new Set([
  'list unfinished batches',
  'import: waiting people',
  'count running',
  'count open jobs',
  'list due batches',
  'list presets',
  'list schedules',
  'list rows of a manifest',
  'list owed structured data',
  'page by user name',
  'page by batch id',
]);

describe('every query, at fifty thousand uploads', () => {
  let opened: OpenTestDatabase;

  beforeAll(async () => {
    opened = await openTestDatabase();
    for (const statement of SEED) await opened.database.rows(statement);
  }, 60_000);

  afterAll(() => opened.drop());

  it.each(explainedQueries(SAMPLE).map((query) => [query.name, query] as const))(
    '%s reads by an index what it needs',
    async (name, { statement, values }) => {
      const plan = await opened.database.rows<PlanRow>(`EXPLAIN ${statement}`, values);
      const reads = plan.filter(
        ({ table, type }) => table !== null && !table.startsWith('<') && type !== null,
      );
      expect(reads.length).toBeGreaterThan(0);
      for (const { table, type, key, rows, Extra } of reads) {
        const read = `${name}: ${table} ${type} by ${key}, ${rows} rows, ${Extra}`;
        const isSmall = table === 'u' || table === 'users' || table === 'moved';
        if (!isSmall || type !== 'ALL') expect([read, key]).not.toEqual([read, null]);
        expect([read, Number(rows) <= (name === 'count by status' ? 4 * MOST_ROWS : MOST_ROWS)]).toEqual([
          read,
          true,
        ]);
        if (!SORTS.has(name)) expect(read).not.toMatch(/filesort|temporary/);
      }
      const expected = INDEXES[name];
      if (expected !== undefined) expect(reads.map(({ key }) => key).join()).toMatch(new RegExp(expected));
    },
  );

  it('answers the counters of a page from the index alone', async () => {
    const query = explainedQueries(SAMPLE).find(({ name }) => name === 'count by status');
    const [plan] = await opened.database.rows<PlanRow>(
      `EXPLAIN ${query?.statement ?? ''}`,
      query?.values ?? [],
    );
    expect(plan?.Extra).toMatch(/Using index/);
  });
});
