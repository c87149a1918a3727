export const USERS = 500;
export const UPLOADS_A_BATCH = 100;
const BATCHES = 10_000;
/** Batches that are not finished, the newest ones. */
const OPEN_BATCHES = 200;
const UPLOADS_A_STATEMENT = 100_000;

export const MILLION = BATCHES * UPLOADS_A_BATCH;
export const NEWEST_BATCH = BATCHES;
export const NOW = new Date('2026-03-01T12:00:00Z');

const OLDER = BATCHES - OPEN_BATCHES;
const ENDINGS = ['completed', 'completed', 'completed', 'completed', 'completed', 'completed', 'duplicate'];

/** A batch's uploads one after the other; of an open batch every tenth is queued, some of those dispatched, and some run. */
const uploadsFrom = (start: number): string => `
  INSERT INTO upload_requests (id, batchid, userid, status, \`key\`, handler, collection, filename, wikitext, copyright_override,
      created_at, updated_at, planned_at, due_at, dispatched_at, attempts, checkpoint, leased_until, committed_at, sdc_owed, owed_due_at)
    SELECT id, batchid, 1 + batchid MOD ${USERS}, status, id, 'mapillary', 'sequence', CONCAT('File ', id, '.jpg'),
      REPEAT('text ', 20), 0, at, at, at, at,
      IF(status = 'queued' AND id MOD 20 = 0, '2026-04-01', NULL), '{}', '{}',
      IF(status = 'in_progress', '2026-04-01', NULL), IF(status = 'completed', at, NULL),
      is_owed, IF(is_owed, at, NULL)
    FROM (
      SELECT id, batchid, status, '2026-01-01' + INTERVAL batchid * 500 SECOND AS at,
        status = 'completed' AND id MOD 5000 = 1 AS is_owed
      FROM (
        SELECT seq AS id, 1 + (seq - 1) DIV ${UPLOADS_A_BATCH} AS batchid,
          CASE
            WHEN 1 + (seq - 1) DIV ${UPLOADS_A_BATCH} > ${OLDER} AND seq MOD 10 = 0 THEN 'queued'
            WHEN 1 + (seq - 1) DIV ${UPLOADS_A_BATCH} > ${OLDER} AND seq MOD 100 = 1 THEN 'in_progress'
            WHEN seq MOD 50 = 2 THEN 'failed'
            WHEN seq MOD 50 = 3 THEN 'cancelled'
            ELSE ELT(1 + seq MOD ${ENDINGS.length}, ${ENDINGS.map((status) => `'${status}'`).join(', ')})
          END AS status
        FROM seq_${start}_to_${start + UPLOADS_A_STATEMENT - 1}
      ) AS chosen
    ) AS dated`;

/** The statements that fill an empty database as years of use would. */
export const FILL: readonly string[] = [
  `INSERT INTO users (userid, username, access_token, created_at, updated_at)
    SELECT seq, CONCAT('User ', LPAD(seq, 4, '0')), 'k1.sealed', '2026-01-01', '2026-01-01' FROM seq_1_to_${USERS}`,
  `INSERT INTO batches (id, userid, edit_group_id, open, created_at, updated_at)
    SELECT seq, 1 + seq MOD ${USERS}, LPAD(HEX(seq), 12, '0'), seq > ${OLDER}, '2026-01-01', '2026-01-01' FROM seq_1_to_${BATCHES}`,
  ...Array.from({ length: MILLION / UPLOADS_A_STATEMENT }, (_, index) =>
    uploadsFrom(1 + index * UPLOADS_A_STATEMENT),
  ),
  'ANALYZE TABLE users, batches, upload_requests',
];
