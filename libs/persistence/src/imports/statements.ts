/** The SQL of imports, named, so that specs and the benchmark can have each one explained. */

/** What `toCategoryImport` reads. An import that was cancelled stays so, whatever became of the run. */
const IMPORT = `i.id, i.userid, i.run_id, r.title, r.depth, r.job_id, r.category, r.redirects, r.chunk_count, r.file_count,
  r.category_count, r.other_count, r.is_truncated, i.created_at, i.cancelled_at, r.completed_at, r.expires_at,
  j.status AS job_status, j.total AS job_total, j.error AS job_error, j.updated_at AS job_updated_at,
  j.started_at AS job_started_at, j.ended_at AS job_ended_at`;
const IMPORTS = 'imports i JOIN import_runs r ON r.id = i.run_id LEFT JOIN jobs j ON j.id = r.job_id';

/** Values: id, userid. */
export const FIND_IMPORT = `SELECT ${IMPORT} FROM ${IMPORTS} WHERE i.id = ? AND i.userid = ?`;

/** Values: userid, size, offset. */
export const listImports = (asc: boolean): string =>
  `SELECT ${IMPORT} FROM ${IMPORTS} WHERE i.userid = ? ORDER BY i.id ${asc ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`;

/** Values: userid. */
export const COUNT_IMPORTS = 'SELECT COUNT(*) AS imports FROM imports WHERE userid = ?';

const RUN = `id, userid, title, depth, job_id, category, redirects, chunk_count, file_count, category_count, other_count,
  is_truncated, completed_at, expires_at, abandoned_at`;

/** Values: current_key. */
export const LOCK_CURRENT_RUN = `SELECT ${RUN} FROM import_runs WHERE current_key = ? FOR UPDATE`;

/** Values: id. */
export const LOCK_RUN = `SELECT ${RUN} FROM import_runs WHERE id = ? FOR UPDATE`;
export const FIND_RUN = `SELECT ${RUN} FROM import_runs WHERE id = ?`;

/** Values: id. */
export const FIND_JOB_STATE = `SELECT status, cancel_requested_at FROM jobs WHERE id = ?`;

/** Values: userid, title, depth, current_key, now. */
export const INSERT_RUN = `INSERT INTO import_runs (userid, title, depth, current_key, created_at, chunk_count, file_count,
    category_count, other_count, is_truncated) VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, 0)`;

/** Values: id. Nobody joins it any more. */
export const CLOSE_RUN = 'UPDATE import_runs SET current_key = NULL WHERE id = ?';

/** Values: now, id. */
export const ABANDON_RUN = `UPDATE import_runs SET current_key = NULL, abandoned_at = ?
  WHERE id = ? AND completed_at IS NULL AND abandoned_at IS NULL`;

/** Values: job, id. */
export const NAME_JOB = 'UPDATE import_runs SET job_id = ? WHERE id = ? AND job_id IS NULL';

/** Values: run, userid. */
export const FIND_OWN_OF_RUN =
  'SELECT id FROM imports WHERE run_id = ? AND userid = ? AND cancelled_at IS NULL LIMIT 1';

/** Values: userid, run, now. */
export const INSERT_IMPORT = 'INSERT INTO imports (userid, run_id, created_at) VALUES (?, ?, ?)';

/** Values: now, id. */
export const CANCEL_IMPORT = 'UPDATE imports SET cancelled_at = ? WHERE id = ? AND cancelled_at IS NULL';

/** Values: run. Who waits for it, those who asked first first. */
export const LIST_WAITING_PEOPLE =
  'SELECT userid FROM imports WHERE run_id = ? AND cancelled_at IS NULL ORDER BY id LIMIT 10';

/** Values: category, redirects, id. */
export const BEGIN_RUN =
  'UPDATE import_runs SET category = ?, redirects = ? WHERE id = ? AND abandoned_at IS NULL';

/** Values: chunks, files, others, categories, is_truncated, id. */
export const COUNT_FOUND = `UPDATE import_runs SET chunk_count = chunk_count + ?, file_count = file_count + ?,
    other_count = other_count + ?, category_count = category_count + ?, is_truncated = is_truncated OR ?
  WHERE id = ? AND abandoned_at IS NULL AND completed_at IS NULL`;

/** Values: now, expires_at, id. */
export const COMPLETE_RUN = `UPDATE import_runs SET completed_at = ?, expires_at = ?
  WHERE id = ? AND abandoned_at IS NULL AND completed_at IS NULL`;

/** Values: run, titles. */
export const LIST_KNOWN_CATEGORIES = 'SELECT title FROM import_categories WHERE run_id = ? AND title IN (?)';

/** Values: run, number. */
export const FIND_CATEGORY =
  'SELECT number, level, title FROM import_categories WHERE run_id = ? AND number = ?';

/** Values: rows. */
export const INSERT_CATEGORIES = 'INSERT INTO import_categories (run_id, number, level, title) VALUES ?';

/** Values: run, pages. */
export const LIST_KNOWN_PAGES =
  'SELECT page_id AS pageId FROM import_files WHERE run_id = ? AND page_id IN (?)';

/** Values: rows. */
export const INSERT_FILES = `INSERT INTO import_files (run_id, position, page_id, category_number, name, width, height, size,
    mime, sha1, first_uploader, first_uploaded_at, latest_uploader, latest_uploaded_at) VALUES ?`;

/** Values: run, names. */
export const LIST_NAMES_AMONG = 'SELECT name FROM import_files WHERE run_id = ? AND name IN (?)';

/** Values: run, position, position after the last. */
export const LIST_NAMES_BETWEEN =
  'SELECT name FROM import_files WHERE run_id = ? AND position >= ? AND position < ? ORDER BY position';

/** Values: expired before, abandoned or begun before, limit. Those whose findings nobody is told any more. */
export const LIST_FORGETTABLE_RUNS = `SELECT r.id FROM import_runs r LEFT JOIN jobs j ON j.id = r.job_id
  WHERE (r.expires_at < ?) OR (r.completed_at IS NULL AND r.created_at < ?
    AND (j.id IS NULL OR j.status NOT IN ('queued', 'running')))
  ORDER BY r.id LIMIT ?`;

/** Values: run, limit. */
export const DELETE_FILES = 'DELETE FROM import_files WHERE run_id = ? ORDER BY position LIMIT ?';
export const DELETE_CATEGORIES = 'DELETE FROM import_categories WHERE run_id = ?';
export const DELETE_IMPORTS = 'DELETE FROM imports WHERE run_id = ?';
export const DELETE_RUN = 'DELETE FROM import_runs WHERE id = ?';
