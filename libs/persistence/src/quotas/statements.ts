import type { QuotaOrder } from './quota.js';

/** The SQL of quotas, named, so that a spec and the benchmark can have each one explained. */

const COLUMNS = `q.id, q.name, q.description, q.enable, q.type, q.value, q.period, q.period_hours, q.until_at,
  q.default_for, q.created_at, q.updated_at`;

export const FIND_QUOTA = `SELECT ${COLUMNS} FROM quotas q WHERE q.id = ?`;

/** No two quotas have one name. */
const ORDER: Readonly<Record<QuotaOrder, string>> = { created_at: 'q.id', name: 'q.name' };

/** Values: size, offset. */
export const listQuotas = (by: QuotaOrder, asc: boolean): string =>
  `SELECT ${COLUMNS} FROM quotas q ORDER BY ${ORDER[by]} ${asc ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`;

export const COUNT_QUOTAS = 'SELECT COUNT(*) AS quotas FROM quotas';

/** Values: type, name, description, enable, value, period, period_hours, until_at, default_for, now, now. */
export const INSERT_QUOTA = `INSERT INTO quotas (type, name, description, enable, value, period, period_hours, until_at,
  default_for, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Values: name, description, enable, value, period, period_hours, until_at, default_for, now, id. */
export const UPDATE_QUOTA = `UPDATE quotas SET name = ?, description = ?, enable = ?, value = ?, period = ?,
  period_hours = ?, until_at = ?, default_for = ?, updated_at = ? WHERE id = ?`;

/** Of each type that of the person, and those for everybody. Values: userid. */
export const LIST_HELD_QUOTAS = `SELECT ${COLUMNS}, uq.created_at AS assigned_at
  FROM quotas q LEFT JOIN user_quotas uq ON uq.quota_id = q.id AND uq.userid = ?
  WHERE q.enable = 1 AND (uq.userid IS NOT NULL OR q.default_for IS NOT NULL)`;

/** Values: userid, type, quota_id, now. */
export const ASSIGN_QUOTA =
  'INSERT INTO user_quotas (userid, type, quota_id, created_at) VALUES (?, ?, ?, ?)';

/** Values: userid, quota_id. */
export const WITHDRAW_QUOTA = 'DELETE FROM user_quotas WHERE userid = ? AND quota_id = ?';

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

/** Notes it once a period: what was noted before `since` counts no more. Values: userid, quota_id, now, since, since. */
export const NOTE_NEAR = `INSERT INTO quota_warnings (userid, quota_id, reached_at, told_at) VALUES (?, ?, ?, NULL)
  ON DUPLICATE KEY UPDATE told_at = IF(reached_at < ?, NULL, told_at),
    reached_at = IF(reached_at < ?, VALUES(reached_at), reached_at)`;

/** Values: limit. */
export const LIST_UNTOLD_NEAR =
  'SELECT userid, quota_id FROM quota_warnings FORCE INDEX (ix_quota_warnings_told) WHERE told_at IS NULL LIMIT ?';

/** Values: now, userid, quota_id. */
export const TELL_NEAR =
  'UPDATE quota_warnings SET told_at = ? WHERE userid = ? AND quota_id = ? AND told_at IS NULL';

/** Values: userid, quota_id. */
export const FORGET_NEAR_OF = 'DELETE FROM quota_warnings WHERE userid = ? AND quota_id = ?';

/** Values: quota_id. */
export const FORGET_NEAR = 'DELETE FROM quota_warnings WHERE quota_id = ?';
