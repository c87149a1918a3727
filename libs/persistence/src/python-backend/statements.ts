/** The SQL of moving rows of the Python backend here. */

/** Values: userids. */
export const LIST_USERS = 'SELECT userid FROM users WHERE userid IN (?)';

/** Values: rows of userid, username, created_at, updated_at. */
export const INSERT_USERS = 'INSERT INTO users (userid, username, created_at, updated_at) VALUES ?';

/** Values: kind, old ids. */
export const LIST_MOVED = 'SELECT old_id, new_id FROM python_rows WHERE kind = ? AND old_id IN (?)';

/** A batch's own row first, then the further ones. Values: old ids. */
export const LIST_BATCHES = `SELECT old_id, new_id FROM python_rows
  WHERE kind IN ('batch', 'further-batch') AND old_id IN (?) ORDER BY part`;

/** Values: rows of kind, old_id, part, new_id, is_settled, moved_at. */
export const NOTE_MOVED =
  'INSERT INTO python_rows (kind, old_id, part, new_id, is_settled, moved_at) VALUES ?';

/** Values: old id, limit. */
export const LIST_UNSETTLED = `SELECT old_id, new_id FROM python_rows FORCE INDEX (ix_python_rows_unsettled)
  WHERE kind = 'upload' AND is_settled = 0 AND old_id > ? ORDER BY old_id LIMIT ?`;

/** Values: old ids. */
export const SETTLE_MOVED = "UPDATE python_rows SET is_settled = 1 WHERE kind = 'upload' AND old_id IN (?)";

export const findLastId = (table: string): string => `SELECT MAX(id) AS last FROM ${table}`;

/** Copies nothing, and keeps nobody waiting. */
export const startIdsAt = (table: string, id: number): string =>
  `ALTER TABLE ${table} AUTO_INCREMENT = ${id}, ALGORITHM = INPLACE, LOCK = NONE`;

/** Values: ids. */
export const LIST_TAKEN_BATCHES = 'SELECT id FROM batches WHERE id IN (?)';
export const LIST_TAKEN_UPLOADS = 'SELECT id FROM upload_requests WHERE id IN (?)';
export const LIST_TAKEN_PRESETS = 'SELECT id FROM presets WHERE id IN (?)';

/** Values: edit groups. */
export const LIST_TAKEN_GROUPS = 'SELECT edit_group_id FROM batches WHERE edit_group_id IN (?)';

/** Values: batches, keys. */
export const LIST_TAKEN_KEYS =
  'SELECT batchid, `key` FROM upload_requests WHERE batchid IN (?) AND `key` IN (?)';

/** Nothing in them is queued or runs, and nobody is told of their end. Values: rows. */
export const INSERT_BATCHES = `INSERT INTO batches (id, userid, edit_group_id, created_at, updated_at, finished_at, open)
  VALUES ?`;

/** Values: batch, old one of ours. */
export const COPY_BATCH = `INSERT INTO batches (userid, edit_group_id, created_at, updated_at, finished_at, open)
  SELECT userid, ?, created_at, updated_at, finished_at, open FROM batches WHERE id = ?`;

/** Values: rows. */
export const INSERT_UPLOADS = `INSERT INTO upload_requests (id, batchid, userid, status, \`key\`, handler, collection, filename,
  wikitext, copyright_override, labels, result, error, failure, success, created_at, updated_at, planned_at, due_at,
  committed_at, attempts, checkpoint) VALUES ?`;

/** What nobody has changed here since. Values: status, result, error, failure, success, updated_at, committed_at, checkpoint, id. */
export const UPDATE_UPLOAD = `UPDATE upload_requests SET status = ?, result = ?, error = ?, failure = ?, success = ?,
    updated_at = ?, committed_at = ?, checkpoint = ?, version = version + 1
  WHERE id = ? AND version = 1 AND status = 'failed'`;

/** Values: userids. */
export const LIST_DEFAULT_PRESETS =
  'SELECT userid, handler FROM presets WHERE is_default = 1 AND userid IN (?)';

/** Values: rows. */
export const INSERT_PRESETS = `INSERT INTO presets (id, userid, handler, title, title_template, labels, categories,
  exclude_from_date_category, is_default, created_at, updated_at) VALUES ?`;
