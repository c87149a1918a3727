import { UPLOAD_STATUSES, type UploadStatus } from '#app/protocol';

/** The SQL with which exports read their rows, named, so that a spec and the benchmark can have each one explained. */

const COLUMNS = `id, batchid, status, \`key\`, handler, collection, filename, wikitext, copyright_override, labels, error, success,
  JSON_VALUE(checkpoint, '$.publishedTitle') AS published_title, JSON_VALUE(checkpoint, '$.pageId') AS page_id,
  created_at, updated_at, planned_at`;

const OF_BATCH = 'upload_requests FORCE INDEX (ix_upload_requests_batch) WHERE batchid = ?';
const FAILED_OF_BATCH = `${OF_BATCH} AND userid = ? AND status = 'failed'`;
const OF_USER = 'upload_requests FORCE INDEX (ix_upload_requests_user) WHERE userid = ?';
const FAILED_OF_USER =
  "upload_requests FORCE INDEX (ix_upload_requests_user_status) WHERE userid = ? AND status = 'failed'";

const pin = (from: string): string => `SELECT COUNT(*) AS total, MAX(id) AS last FROM ${from}`;
const pageById = (from: string): string =>
  `SELECT ${COLUMNS} FROM ${from} AND id > ? AND id <= ? ORDER BY id LIMIT ?`;

/** Values: batchid. */
export const PIN_BATCH = pin(OF_BATCH);
/** Values: batchid, userid. */
export const PIN_FAILED_OF_BATCH = pin(FAILED_OF_BATCH);
/** Values: userid. */
export const PIN_OF_USER = pin(OF_USER);
/** Values: userid. */
export const PIN_FAILED_OF_USER = pin(FAILED_OF_USER);

/** Values: batchid, after, up to, limit. */
export const READ_BATCH = pageById(OF_BATCH);
/** Values: batchid, userid, after, up to, limit. */
export const READ_FAILED_OF_BATCH = pageById(FAILED_OF_BATCH);
/** Values: userid, after, up to, limit. */
export const READ_OF_USER = pageById(OF_USER);
/** In the order of their plan, in which the index has them. Values: userid, up to, planned, planned, planned, after, limit. */
export const READ_FAILED_OF_USER = `SELECT ${COLUMNS} FROM ${FAILED_OF_USER} AND id <= ? AND planned_at >= ?
  AND (planned_at > ? OR (planned_at = ? AND id > ?)) ORDER BY planned_at, id LIMIT ?`;

/** One look at the end of the index for each status. Values: batchid. */
export const FIND_CHANGE_OF_BATCH = `SELECT MAX(changed_at) AS changed_at FROM (
  SELECT MAX(updated_at) AS changed_at FROM upload_requests FORCE INDEX (ix_upload_requests_batch_status)
  WHERE batchid = ? GROUP BY batchid, status) changes`;

/** Values: batchid. */
export const FIND_CHANGE_OF_FAILED_OF_BATCH = `SELECT MAX(updated_at) AS changed_at
  FROM upload_requests FORCE INDEX (ix_upload_requests_batch_status) WHERE batchid = ? AND status = 'failed'`;

const newestOf = (status: UploadStatus): string => `(SELECT r.updated_at
  FROM upload_requests r FORCE INDEX (ix_upload_requests_batch_status)
  WHERE r.batchid = b.id AND r.status = '${status}' ORDER BY r.updated_at DESC LIMIT 1)`;

/** Values: userid. */
export const FIND_CHANGE_OF_FAILED_OF_USER = `SELECT MAX(${newestOf('failed')}) AS changed_at
  FROM batches b WHERE b.userid = ?`;

const NEVER = "CAST('1000-01-01' AS DATETIME(3))";

/** Each batch costs one look at the end of the index for each status, however many uploads it has. Values: userid. */
export const FIND_CHANGE_OF_USER = `SELECT NULLIF(MAX(GREATEST(
  ${UPLOAD_STATUSES.map((status) => `COALESCE(${newestOf(status)}, ${NEVER})`).join(', ')})), ${NEVER}) AS changed_at
  FROM batches b WHERE b.userid = ?`;

const OF_IMPORT = 'imports i JOIN import_files f ON f.run_id = i.run_id WHERE i.id = ?';

/** How many files it found, whether or not they are still there; positions have no gaps. Values: import id. */
export const PIN_IMPORT = `SELECT r.file_count AS total, CAST(r.file_count AS SIGNED) - 1 AS last
  FROM imports i JOIN import_runs r ON r.id = i.run_id WHERE i.id = ? AND r.completed_at IS NOT NULL`;

/** Values: import id, from, up to, limit. */
export const READ_IMPORT = `SELECT f.position, f.name, f.page_id, f.width, f.height, f.size, f.mime, f.sha1,
    f.first_uploader, f.first_uploaded_at, f.latest_uploader, f.latest_uploaded_at
  FROM ${OF_IMPORT} AND f.position >= ? AND f.position <= ? ORDER BY f.position LIMIT ?`;

/** Its files never change once it is complete. Values: import id. */
export const FIND_CHANGE_OF_IMPORT = `SELECT r.completed_at AS changed_at
  FROM imports i JOIN import_runs r ON r.id = i.run_id WHERE i.id = ?`;
