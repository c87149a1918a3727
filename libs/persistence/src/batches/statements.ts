/** The SQL of batches, named, so that a spec and the benchmark can have each one explained. */

export const FIND_BATCH = `SELECT b.id, b.userid, u.username, b.edit_group_id, b.retry_of, b.paused_at, b.paused_reason, b.created_at, b.updated_at
  FROM batches b JOIN users u ON u.userid = b.userid WHERE b.id = ?`;

export const LIST_BATCHES = `SELECT b.id, b.userid, u.username, b.edit_group_id, b.retry_of, b.paused_at, b.paused_reason, b.created_at, b.updated_at
  FROM batches b JOIN users u ON u.userid = b.userid WHERE b.id IN (?)`;

/** Answered by ix_upload_requests_batch_status alone. Values: batch ids. */
export const COUNT_BY_STATUS = `SELECT batchid, status, COUNT(*) AS uploads, MAX(updated_at) AS changed_at
  FROM upload_requests WHERE batchid IN (?) GROUP BY batchid, status`;

/**
 * What a person has under way up to a moment, paused batches left out; the two sums are answered by
 * ix_upload_requests_user_status and, where any batch is paused, ix_upload_requests_batch_status. Values: userid, until, userid, until.
 */
export const COUNT_AHEAD = `SELECT
  (SELECT COUNT(*) FROM upload_requests WHERE userid = ? AND status IN ('queued', 'in_progress') AND planned_at <= ?)
  - (SELECT COUNT(*) FROM batches b JOIN upload_requests r ON r.batchid = b.id
    WHERE b.userid = ? AND b.paused_at IS NOT NULL AND r.status = 'queued' AND r.planned_at <= ?) AS uploads`;

/** The newest commits of a person, newest first. Values: userid, since, limit. */
export const LIST_COMMITS = `SELECT committed_at FROM upload_requests
  WHERE userid = ? AND committed_at >= ? ORDER BY committed_at DESC LIMIT ?`;

export interface IdSelection {
  /** SELECT of batch ids, each once. */
  statement: string;
  values: (string | number | readonly number[])[];
}

export interface BatchChoice {
  userid?: string | undefined;
  filter?: string | undefined;
  /** Only among these. */
  ids?: readonly number[];
}

const BATCH_ID = /^[1-9]\d{0,14}$/;

/** Escapes what LIKE reads as a wildcard. */
export const likePrefix = (start: string): string => `${start.replace(/[\\%_]/g, '\\$&')}%`;

/** Which batches a list shows; a filter's two meanings are two index look-ups, never one OR over the whole table. */
export function selectIds({ userid, filter, ids }: BatchChoice): IdSelection {
  const conditions: string[] = [];
  const values: IdSelection['values'] = [];
  if (userid !== undefined) {
    conditions.push('b.userid = ?');
    values.push(userid);
  }
  if (ids !== undefined) {
    conditions.push('b.id IN (?)');
    values.push(ids);
  }
  const text = filter?.trim() ?? '';
  if (text === '') {
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    return { statement: `SELECT b.id FROM batches b${where}`, values };
  }
  const and = conditions.map((condition) => ` AND ${condition}`).join('');
  const byName = `SELECT b.id FROM users u JOIN batches b ON b.userid = u.userid WHERE u.username LIKE ?${and}`;
  const nameValues = [likePrefix(text), ...values];
  if (!BATCH_ID.test(text)) return { statement: byName, values: nameValues };
  return {
    statement: `SELECT b.id FROM batches b WHERE b.id = ?${and} UNION ${byName}`,
    values: [Number(text), ...values, ...nameValues],
  };
}

export const pageOf = ({ statement, values }: IdSelection, limit: number, offset: number): IdSelection => ({
  statement: `${statement} ORDER BY id DESC LIMIT ? OFFSET ?`,
  values: [...values, limit, offset],
});

export const countOf = ({ statement, values }: IdSelection): IdSelection => ({
  statement: `SELECT COUNT(*) AS batches FROM (${statement}) chosen`,
  values,
});
