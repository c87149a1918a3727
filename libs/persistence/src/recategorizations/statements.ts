export const ADD_FILES = `INSERT INTO recategorized_files (job_id, title, state) VALUES ?
  ON DUPLICATE KEY UPDATE title = VALUES(title)`;

export const ADD_UNTOUCHED = `INSERT INTO recategorized_files (job_id, title, state, reason) VALUES ?
  ON DUPLICATE KEY UPDATE title = VALUES(title)`;

export const COUNT_FILES = `SELECT state, COUNT(*) AS files FROM recategorized_files WHERE job_id = ? GROUP BY state`;

export const LIST_FILES = `SELECT title, reason FROM recategorized_files
  WHERE job_id = ? AND state = ? ORDER BY title LIMIT ?`;

/** Values: job, size, offset. */
export const pageUntouched = (asc: boolean): string => `SELECT title, reason FROM recategorized_files
  WHERE job_id = ? AND state = 'untouched' ORDER BY title ${asc ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`;

/** Values: jobs. */
export const COUNT_UNTOUCHED = `SELECT job_id, COUNT(*) AS files FROM recategorized_files
  WHERE job_id IN (?) AND state = 'untouched' GROUP BY job_id`;

export const BEGIN_FILES = `UPDATE recategorized_files SET state = 'editing'
  WHERE job_id = ? AND title IN (?) AND state = 'pending'`;

export const SETTLE_FILE = `UPDATE recategorized_files SET state = ?, reason = ?, revid = ?, edited_at = ?
  WHERE job_id = ? AND title = ? AND state IN ('pending', 'editing')`;

/** Edits of a person that still count in the windows of the wiki. */
export const LIST_EDIT_MOMENTS = `SELECT f.edited_at FROM recategorized_files f JOIN jobs j ON j.id = f.job_id
  WHERE f.edited_at > ? AND j.userid = ?`;
