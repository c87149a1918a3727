import { STATE_COLUMNS, UPLOAD_COLUMNS } from './upload-row.js';

/** The SQL of uploads, named, so that a spec and the benchmark can have each one explained. */

export const FIND_UPLOAD = `SELECT ${UPLOAD_COLUMNS} FROM upload_requests WHERE id = ?`;

export const LIST_STATES = `SELECT ${STATE_COLUMNS} FROM upload_requests WHERE id IN (?)`;

export const LIST_BATCH_STATES = `SELECT ${STATE_COLUMNS} FROM upload_requests WHERE batchid = ?`;

export const LIST_BATCH_UPLOADS = `SELECT ${UPLOAD_COLUMNS} FROM upload_requests WHERE batchid = ?`;

export const LIST_STATES_BY_KEY = `SELECT ${STATE_COLUMNS} FROM upload_requests WHERE batchid = ? AND \`key\` IN (?)`;

/** Values: batchid, titles with blanks. Whatever failed or was cancelled leaves its title free. */
export const LIST_TAKEN_TITLES = `SELECT filename FROM upload_requests
  WHERE batchid = ? AND status IN ('queued', 'in_progress', 'completed') AND REPLACE(filename, '_', ' ') IN (?)`;

export const LIST_BATCH_UPLOADS_OF_STATUS = `SELECT ${UPLOAD_COLUMNS} FROM upload_requests WHERE batchid = ? AND status IN (?)`;

export const LIST_UPLOADS_OF_STATUS = `SELECT ${UPLOAD_COLUMNS} FROM upload_requests WHERE id IN (?) AND status IN (?)`;

/** Values: owner, leasedUntil, now, id, now, now. The pause is read without locks at READ COMMITTED. */
export const CLAIM = `UPDATE upload_requests
  SET status = 'in_progress', lease_owner = ?, leased_until = ?, updated_at = ?, version = version + 1
  WHERE id = ? AND (
    (status = 'in_progress' AND leased_until < ?)
    OR (status = 'queued' AND (not_before IS NULL OR not_before <= ?)
      AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.id = upload_requests.batchid AND b.paused_at IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM users u WHERE u.userid = upload_requests.userid AND u.paused_at IS NOT NULL)))`;

const HELD = `WHERE id = ? AND lease_owner = ? AND status = 'in_progress'`;

/** Values: leasedUntil, id, owner. */
export const RENEW_LEASE = `UPDATE upload_requests SET leased_until = ? ${HELD}`;

export const FIND_CANCEL_REQUEST = `SELECT cancel_requested_at FROM upload_requests ${HELD}`;

/** Values: patch, id, owner. */
export const SAVE_CHECKPOINT = `UPDATE upload_requests SET checkpoint = JSON_MERGE_PATCH(checkpoint, ?) ${HELD}`;

/** Values: patch, bytes, id, owner. */
export const KEEP_FILE = `UPDATE upload_requests SET checkpoint = JSON_MERGE_PATCH(checkpoint, ?), bytes = ? ${HELD}`;

/** Values: at, patch, id, owner. */
export const MARK_COMMITTED = `UPDATE upload_requests
  SET committed_at = COALESCE(committed_at, ?), checkpoint = JSON_MERGE_PATCH(checkpoint, ?) ${HELD}`;

/** Values: status, error, failure, success, result, sdc, refresh, owedDueAt, keepToken, now, id, owner. */
export const FINISH = `UPDATE upload_requests
  SET status = ?, error = ?, failure = ?, success = COALESCE(?, success), result = ?, sdc_owed = ?, refresh_owed = ?, owed_due_at = ?,
    access_token = IF(?, access_token, NULL), lease_owner = NULL, leased_until = NULL, updated_at = ?, version = version + 1
  ${HELD}`;

/**
 * Values: reason, notBefore, staged, attempts, now, id, owner. Assignments run from left to right, so the later ones see the new status.
 * What was asked to stop before its commit stops here.
 */
export const REQUEUE = `UPDATE upload_requests
  SET status = IF(cancel_requested_at IS NOT NULL AND committed_at IS NULL
      AND JSON_VALUE(checkpoint, '$.commitAttemptedAt') IS NULL, 'cancelled', 'queued'),
    access_token = IF(status = 'cancelled', NULL, access_token), result = ?,
    not_before = ?, due_at = GREATEST(planned_at, COALESCE(not_before, planned_at)),
    staged = COALESCE(?, staged), dispatched_at = NULL,
    attempts = COALESCE(?, attempts), lease_owner = NULL, leased_until = NULL, updated_at = ?, version = version + 1
  ${HELD}`;

export const MARK_DISPATCHED = `UPDATE upload_requests SET dispatched_at = ? WHERE id IN (?) AND status = 'queued'`;

/**
 * Batches that have queued uploads without a job, with the earliest of each, paused ones left out. Values: until.
 * Grouping by the two constants as well lets the index be skipped through: the cost follows the batches, not their uploads.
 */
export const LIST_DUE_BATCHES = `SELECT g.userid, g.batchid, g.earliest
  FROM (SELECT userid, batchid, MIN(due_at) AS earliest FROM upload_requests
    WHERE status = 'queued' AND dispatched_at IS NULL GROUP BY status, dispatched_at, userid, batchid) g
  JOIN batches b ON b.id = g.batchid JOIN users u ON u.userid = g.userid
  WHERE g.earliest <= ? AND b.paused_at IS NULL AND u.paused_at IS NULL`;

/** Values: userid, batchid, until, limit. */
export const LIST_DUE_OF_BATCH = `SELECT id, batchid, userid, planned_at, not_before, staged FROM upload_requests
  WHERE status = 'queued' AND dispatched_at IS NULL AND userid = ? AND batchid = ? AND due_at <= ? ORDER BY due_at LIMIT ?`;

/** Values: before, limit. */
export const LIST_LOST = `SELECT r.id, r.batchid, r.userid, r.planned_at, r.not_before, r.staged, r.access_token FROM upload_requests r
  JOIN batches b ON b.id = r.batchid JOIN users u ON u.userid = r.userid
  WHERE r.status = 'queued' AND r.dispatched_at < ? AND b.paused_at IS NULL AND u.paused_at IS NULL
  ORDER BY r.dispatched_at LIMIT ?`;

/** Values: now, limit. */
export const LIST_EXPIRED_LEASES = `SELECT id, userid, leased_until, access_token FROM upload_requests
  WHERE status = 'in_progress' AND leased_until < ? ORDER BY leased_until LIMIT ?`;

/** One of each person in turn. Values: now, limit. */
export const LIST_SDC_OWED = `SELECT id, batchid, userid, checkpoint, access_token, owed_due_at
  FROM (SELECT id AS due_id, ROW_NUMBER() OVER (PARTITION BY userid ORDER BY owed_due_at, id) AS turn
    FROM upload_requests WHERE sdc_owed = 1 AND owed_due_at <= ?) due
  JOIN upload_requests ON id = due_id ORDER BY turn, owed_due_at, id LIMIT ?`;

/** Values: now, limit. A refresh before the structured data is there would show nothing new. */
export const LIST_REFRESH_OWED = `SELECT id, batchid, userid, checkpoint, access_token, owed_due_at
  FROM upload_requests IGNORE INDEX (ix_upload_requests_sdc_owed)
  WHERE refresh_owed = 1 AND owed_due_at <= ? AND sdc_owed = 0 ORDER BY owed_due_at LIMIT ?`;

/** Values: batchid. */
export const LOCK_CANCELLABLE = `SELECT id, planned_at FROM upload_requests
  WHERE batchid = ? AND status = 'queued' AND committed_at IS NULL
    AND JSON_VALUE(checkpoint, '$.commitAttemptedAt') IS NULL FOR UPDATE`;

/** Values: now, ids. */
export const CANCEL_QUEUED = `UPDATE upload_requests
  SET status = 'cancelled', access_token = NULL, updated_at = ?, version = version + 1 WHERE id IN (?) AND status = 'queued'`;

/** Values: now, batchid. */
export const REQUEST_CANCEL = `UPDATE upload_requests SET cancel_requested_at = COALESCE(cancel_requested_at, ?)
  WHERE batchid = ? AND status IN ('in_progress', 'queued') AND committed_at IS NULL`;

/** Values: userid, token. */
export const LOCK_QUEUED_OF_TOKEN = `SELECT id, planned_at FROM upload_requests
  WHERE userid = ? AND status = 'queued' AND committed_at IS NULL AND access_token = ?
    AND JSON_VALUE(checkpoint, '$.commitAttemptedAt') IS NULL FOR UPDATE`;

/** Values: error, failure, now, ids. */
export const FAIL_QUEUED = `UPDATE upload_requests
  SET status = 'failed', error = ?, failure = ?, access_token = NULL, updated_at = ?, version = version + 1
  WHERE id IN (?) AND status = 'queued'`;

/** Values: userid, token. */
export const FORGET_OWED_TOKENS = `UPDATE upload_requests SET access_token = NULL, owed_due_at = NULL
  WHERE userid = ? AND status IN ('completed', 'duplicate', 'duplicated_sdc_updated', 'duplicated_sdc_not_updated')
    AND (sdc_owed = 1 OR refresh_owed = 1) AND access_token = ?`;

/** Values: token, userid. */
export const RENEW_OPEN_TOKENS = `UPDATE upload_requests SET access_token = ?
  WHERE userid = ? AND status IN ('queued', 'in_progress')`;

/** Values: token, now, userid. */
export const RENEW_OWED_TOKENS = `UPDATE upload_requests SET access_token = IF(sdc_owed = 1, ?, NULL), owed_due_at = ?
  WHERE userid = ? AND status IN ('completed', 'duplicate', 'duplicated_sdc_updated', 'duplicated_sdc_not_updated')
    AND (sdc_owed = 1 OR refresh_owed = 1)`;

export const COUNT_BATCH_UPLOADS =
  'SELECT COUNT(*) AS uploads FROM upload_requests WHERE batchid = ? AND status IN (?)';

/** Answered by ix_upload_requests_turn alone. Values: batchid. */
export const FIND_SCHEDULE = `SELECT COUNT(*) AS queued, MIN(due_at) AS next_start, MAX(due_at) AS last_start
  FROM upload_requests WHERE batchid = ? AND status = 'queued'`;

/** A refresh is due at once then. Values: replaces result, result, checkpoint patch, now, id. Assignments run from left to right. */
export const SETTLE_SDC = `UPDATE upload_requests
  SET sdc_owed = 0, result = IF(?, ?, result), checkpoint = JSON_MERGE_PATCH(checkpoint, ?), access_token = NULL,
    updated_at = ?, owed_due_at = IF(refresh_owed = 1, updated_at, NULL), version = version + 1
  WHERE id = ? AND sdc_owed = 1`;

/** Values: replaces result, result, checkpoint patch, now, id. */
export const SETTLE_REFRESH = `UPDATE upload_requests
  SET refresh_owed = 0, result = IF(?, ?, result), checkpoint = JSON_MERGE_PATCH(checkpoint, ?),
    access_token = IF(sdc_owed = 1, access_token, NULL),
    owed_due_at = IF(sdc_owed = 1, owed_due_at, NULL), updated_at = ?, version = version + 1
  WHERE id = ? AND refresh_owed = 1`;

/** Not if a sign-in has made it due meanwhile. Values: until, id, due when listed. */
export const POSTPONE_OWED = `UPDATE upload_requests SET owed_due_at = ?
  WHERE id = ? AND owed_due_at = ? AND (sdc_owed = 1 OR refresh_owed = 1)`;

/** Values: handler, keys, collection or null for any, again. Whatever is published counts, also while its structured data is being written. */
export const LIST_FILES_OF_IMAGES = `SELECT \`key\`, JSON_VALUE(checkpoint, '$.publishedTitle') AS title,
    JSON_VALUE(checkpoint, '$.publishedUrl') AS url, JSON_EXTRACT(error, '$.links') AS links
  FROM upload_requests WHERE handler = ? AND \`key\` IN (?) AND (? IS NULL OR collection = ?)
    AND (JSON_VALUE(checkpoint, '$.publishedTitle') IS NOT NULL OR JSON_EXTRACT(error, '$.links') IS NOT NULL)`;
