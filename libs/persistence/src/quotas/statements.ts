/** The SQL of quotas, named, so that a spec and the benchmark can have each one explained. */

const COLUMNS = `q.id, q.name, q.description, q.enable, q.type, q.value, q.period, q.period_hours, q.until_at,
  q.default_for, q.created_at, q.updated_at`;

export const FIND_QUOTA = `SELECT ${COLUMNS} FROM quotas q WHERE q.id = ?`;

/** Values: size, offset. */
export const listQuotas = (asc: boolean): string =>
  `SELECT ${COLUMNS} FROM quotas q ORDER BY q.id ${asc ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`;

export const COUNT_QUOTAS = 'SELECT COUNT(*) AS quotas FROM quotas';

/** Values: name, description, enable, type, value, period, period_hours, until_at, default_for, now, now. */
export const INSERT_QUOTA = `INSERT INTO quotas (name, description, enable, type, value, period, period_hours, until_at,
  default_for, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Values: name, description, enable, value, period, period_hours, until_at, default_for, now, id. */
export const UPDATE_QUOTA = `UPDATE quotas SET name = ?, description = ?, enable = ?, value = ?, period = ?,
  period_hours = ?, until_at = ?, default_for = ?, updated_at = ? WHERE id = ?`;

/** Of each type that of the person, and those for everybody. Values: userid. */
export const LIST_HELD_QUOTAS = `SELECT ${COLUMNS}, uq.created_at AS assigned_at
  FROM quotas q LEFT JOIN user_quotas uq ON uq.quota_id = q.id AND uq.userid = ?
  WHERE q.enable = 1 AND (uq.userid IS NOT NULL OR q.default_for IS NOT NULL)`;

/** Values: userid. */
export const LIST_QUOTAS_OF_USER = `SELECT ${COLUMNS} FROM user_quotas uq JOIN quotas q ON q.id = uq.quota_id
  WHERE uq.userid = ? ORDER BY q.type`;

/** Values: quota_id, limit. */
export const LIST_USERS_OF_QUOTA = `SELECT u.userid, u.username FROM user_quotas uq JOIN users u ON u.userid = uq.userid
  WHERE uq.quota_id = ? ORDER BY u.userid LIMIT ?`;

/** Values: quota_id. */
export const COUNT_USERS_OF_QUOTA = 'SELECT COUNT(*) AS users FROM user_quotas WHERE quota_id = ?';

/** Whoever adds to what a person has used waits here for the one before. */
export const LOCK_PERSON = 'SELECT userid FROM users WHERE userid = ? FOR UPDATE';

/** Refused, cancelled and doubled ones do not count. */
const COUNTS = `was_refused = 0
  AND status NOT IN ('cancelled', 'duplicate', 'duplicated_sdc_updated', 'duplicated_sdc_not_updated')`;

/** Answered by ix_upload_requests_quota alone. Values: userid, since. */
export const COUNT_UPLOADS = `SELECT COUNT(*) AS used, MIN(created_at) AS first_at
  FROM upload_requests FORCE INDEX (ix_upload_requests_quota)
  WHERE userid = ? AND created_at >= ? AND ${COUNTS}`;

/** As COUNT_UPLOADS, without one of them. Values: userid, since, id. */
export const SUM_BYTES = `SELECT COALESCE(SUM(bytes), 0) AS used, MIN(created_at) AS first_at
  FROM upload_requests FORCE INDEX (ix_upload_requests_quota)
  WHERE userid = ? AND created_at >= ? AND ${COUNTS} AND bytes IS NOT NULL AND id <> ?`;

/** Values: userid, since. */
export const COUNT_BATCHES = `SELECT COUNT(*) AS used, MIN(created_at) AS first_at
  FROM batches WHERE userid = ? AND created_at >= ?`;
