import { UPLOAD_COLUMNS } from '../uploads/upload-row.js';

/** The SQL of administration. What an administrator may still end is not yet sent to be published. */

const NOT_SENT = `committed_at IS NULL AND JSON_VALUE(checkpoint, '$.commitAttemptedAt') IS NULL`;

/** Values: ids. */
export const LIST_UPLOADS = `SELECT ${UPLOAD_COLUMNS} FROM upload_requests WHERE id IN (?)`;

/** Values: ids. */
export const LIST_RETRYABLE = `SELECT id, batchid, \`key\`, handler, collection FROM upload_requests
  WHERE id IN (?) AND status IN ('failed', 'cancelled') ORDER BY id`;

/** Values: id. */
export const LOCK_UPLOAD = `SELECT ${UPLOAD_COLUMNS} FROM upload_requests WHERE id = ? FOR UPDATE`;

/** In the order of their ids, as everybody locks them. Values: ids. */
export const LOCK_OPEN = `SELECT id, batchid, userid, status, planned_at, cancel_requested_at FROM upload_requests
  WHERE id IN (?) AND status IN ('queued', 'in_progress') AND ${NOT_SENT} ORDER BY id FOR UPDATE`;

/** The lease goes too: whatever its worker writes from now on is refused. Values: error, failure, now, ids. */
export const FAIL_OPEN = `UPDATE upload_requests
  SET status = 'failed', error = ?, failure = ?, access_token = NULL, lease_owner = NULL, leased_until = NULL,
    updated_at = ?, version = version + 1
  WHERE id IN (?) AND status IN ('queued', 'in_progress') AND ${NOT_SENT}`;

/** Values: now, ids. */
export const REQUEST_CANCEL_OF = `UPDATE upload_requests SET cancel_requested_at = ?
  WHERE id IN (?) AND status = 'in_progress' AND cancel_requested_at IS NULL AND ${NOT_SENT}`;

/** Values: filename, wikitext, labels, copyright override, error, failure, result, success, now, id. */
export const EDIT_UPLOAD = `UPDATE upload_requests
  SET filename = ?, wikitext = ?, labels = ?, copyright_override = ?, error = ?, failure = ?, result = ?, success = ?,
    updated_at = ?, version = version + 1 WHERE id = ?`;

/** Values: condition's values, limit, offset. The condition is on \`u\`. */
export const listUsers = (condition: string): string =>
  `SELECT u.userid, u.username, u.created_at, u.updated_at FROM users u${condition}
  ORDER BY u.created_at DESC, u.userid DESC LIMIT ? OFFSET ?`;

export const countUsers = (condition: string): string => `SELECT COUNT(*) AS found FROM users u${condition}`;

export const listPresets = (condition: string): string =>
  `SELECT p.* FROM presets p${condition} ORDER BY p.id DESC LIMIT ? OFFSET ?`;

export const countPresets = (condition: string): string =>
  `SELECT COUNT(*) AS found FROM presets p${condition}`;
