/** The SQL of exports, named, so that a spec and the benchmark can have each one explained. */

export const FILE_COLUMNS = `id, kind, subject_id, data_at, format, storage_id, name, size, row_count, sha256, read_at, written_at,
  last_downloaded_at, expires_at`;

export const FIND_EXPORT_FILE = `SELECT ${FILE_COLUMNS} FROM export_files WHERE id = ?`;

/** Values: place. */
export const FIND_EXPORT_FILE_AT = `SELECT ${FILE_COLUMNS} FROM export_files WHERE place = ?`;

/** Values: kind, subject_id, data_at, format, storage_id, name, place, expires_at, now, expires_at. */
export const RESERVE_EXPORT_FILE = `INSERT INTO export_files
    (kind, subject_id, data_at, format, storage_id, name, place, expires_at, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE expires_at = GREATEST(expires_at, ?)`;

/** Values: size, row_count, sha256, read_at, now, expires_at, id. */
export const COMPLETE_EXPORT_FILE = `UPDATE export_files
  SET size = ?, row_count = ?, sha256 = ?, read_at = ?, written_at = ?, expires_at = GREATEST(expires_at, ?) WHERE id = ?`;

/** Values: now, expires_at, id, now. */
export const NOTE_DOWNLOAD = `UPDATE export_files SET last_downloaded_at = ?, expires_at = GREATEST(expires_at, ?)
  WHERE id = ? AND expires_at > ? AND written_at IS NOT NULL`;

/** Values: now, expires_at, expires_at, id, limit. */
export const LIST_EXPIRED_FILES = `SELECT ${FILE_COLUMNS} FROM export_files
  WHERE expires_at <= ? AND expires_at >= ? AND (expires_at > ? OR id > ?) ORDER BY expires_at, id LIMIT ?`;

/** Values: id, limit. */
export const LIST_WRITTEN_FILES = `SELECT ${FILE_COLUMNS} FROM export_files
  WHERE id > ? AND written_at IS NOT NULL ORDER BY id LIMIT ?`;

/** Values: id, now. */
export const REMOVE_EXPIRED_FILE = 'DELETE FROM export_files WHERE id = ? AND expires_at <= ?';

const EXPORT_COLUMNS = `e.id, e.userid, e.kind, e.ref_id, e.format, e.storage_id, e.job_id, e.created_at,
  j.status, j.done, j.total, j.error, j.updated_at, j.started_at, j.ended_at,
  f.id AS file_id, f.name, f.size, f.row_count, f.data_at, f.expires_at,
  COALESCE(b.last_exported_at, i.last_exported_at) AS last_exported_at`;

const EXPORTS = `exports e JOIN jobs j ON j.id = e.job_id LEFT JOIN export_files f ON f.id = e.file_id
  LEFT JOIN batches b ON e.kind = 'batch' AND b.id = e.ref_id LEFT JOIN imports i ON e.kind = 'import' AND i.id = e.ref_id`;

/** Values: id, userid. */
export const FIND_EXPORT = `SELECT ${EXPORT_COLUMNS} FROM ${EXPORTS} WHERE e.id = ? AND e.userid = ?`;

/** Values: userid, size, offset. */
export const listExports = (asc: boolean): string =>
  `SELECT ${EXPORT_COLUMNS} FROM ${EXPORTS} WHERE e.userid = ? ORDER BY e.id ${asc ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`;

/** Values: userid. */
export const COUNT_EXPORTS = 'SELECT COUNT(*) AS exports FROM exports WHERE userid = ?';

/** The same export for the same job, whoever of the API and the worker comes first. Values: userid, kind, ref_id, format, storage_id, job_id, now. */
export const KEEP_EXPORT = `INSERT INTO exports (userid, kind, ref_id, format, storage_id, job_id, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = id`;

/** Values: job_id. */
export const FIND_EXPORT_OF_JOB = 'SELECT id FROM exports WHERE job_id = ?';

/** Values: expires_at, id. */
export const PROLONG_EXPORT_FILE =
  'UPDATE export_files SET expires_at = GREATEST(expires_at, ?) WHERE id = ?';

/** Values: file_id, id. */
export const LINK_EXPORT_FILE = 'UPDATE exports SET file_id = ? WHERE id = ?';

/** Values: at, id, at. */
export const MARK_BATCH_EXPORTED =
  'UPDATE batches SET last_exported_at = ? WHERE id = ? AND (last_exported_at IS NULL OR last_exported_at < ?)';

/** Values: at, id, at. */
export const MARK_IMPORT_EXPORTED =
  'UPDATE imports SET last_exported_at = ? WHERE id = ? AND (last_exported_at IS NULL OR last_exported_at < ?)';

/** Values: id, userid. */
export const REMOVE_EXPORT = 'DELETE FROM exports WHERE id = ? AND userid = ?';

/** What nobody has any more is over. Values: now, file_id, file_id. */
export const EXPIRE_UNUSED_FILE = `UPDATE export_files SET expires_at = ?
  WHERE id = ? AND NOT EXISTS (SELECT 1 FROM exports e WHERE e.file_id = ?)`;
