/** The SQL of what people have used of their quotas, named, so that a spec and the benchmark can have each one explained. */

/** Refused, cancelled and doubled ones do not count. */
const COUNTS = `was_refused = 0
  AND status NOT IN ('cancelled', 'duplicate', 'duplicated_sdc_updated', 'duplicated_sdc_not_updated')`;

const IS_OPEN = "status IN ('queued', 'in_progress')";

/** All of these are answered by ix_upload_requests_quota alone. */
const UPLOADS = 'upload_requests FORCE INDEX (ix_upload_requests_quota)';

export type CountedType = 'max_uploads' | 'max_bytes';

/** What an upload counts, and whether that is known of it yet. */
const AMOUNT: Readonly<Record<CountedType, { of: string; when: string }>> = {
  max_uploads: { of: '1', when: COUNTS },
  max_bytes: { of: 'bytes', when: `${COUNTS} AND bytes IS NOT NULL` },
};

const used = (type: CountedType, condition = 'TRUE'): string =>
  `COALESCE(SUM(IF(${AMOUNT[type].when} AND ${condition}, ${AMOUNT[type].of}, 0)), 0) AS used`;

/** Without one of them. Values: userid, since, id. */
export const usedSince = (type: CountedType): string => `SELECT COUNT(*) AS looked, ${used(type)},
    MIN(IF(${AMOUNT[type].when}, created_at, NULL)) AS first_at
  FROM ${UPLOADS} WHERE userid = ? AND created_at >= ? AND id <> ?`;

/** Values: ids, id. */
export const usedOf = (
  type: CountedType,
): string => `SELECT COUNT(*) AS looked, ${used(type)}, NULL AS first_at
  FROM upload_requests WHERE id IN (?) AND id <> ?`;

const settled = (type: CountedType): string => `SELECT ${used(type, `NOT ${IS_OPEN}`)},
    GROUP_CONCAT(IF(${IS_OPEN}, id, NULL)) AS open_ids`;

/** What counts for good, and which have not ended. Values: userid, from, until. */
export const settledBetween = (type: CountedType): string =>
  `${settled(type)} FROM ${UPLOADS} WHERE userid = ? AND created_at >= ? AND created_at < ?`;

/** Values: ids. */
export const settledOf = (type: CountedType): string =>
  `${settled(type)} FROM upload_requests WHERE id IN (?)`;

/** Values: userid, from, until, how many before it. */
export const FIND_OPEN = `SELECT created_at FROM ${UPLOADS}
  WHERE userid = ? AND created_at >= ? AND created_at < ? AND ${IS_OPEN} ORDER BY created_at LIMIT 1 OFFSET ?`;

/** Values: userid, since. */
export const COUNT_BATCHES = `SELECT COUNT(*) AS used, MIN(created_at) AS first_at
  FROM batches WHERE userid = ? AND created_at >= ?`;

/** Values: userid, quota_id, counted_from. */
export const FIND_COUNT = `SELECT counted_until, used, open_ids FROM quota_counts
  WHERE userid = ? AND quota_id = ? AND counted_from = ?`;

/** Values: userid, quota_id, counted_from, counted_until, used, open_ids. */
export const KEEP_COUNT = `REPLACE INTO quota_counts (userid, quota_id, counted_from, counted_until, used, open_ids)
  VALUES (?, ?, ?, ?, ?, ?)`;

/** To be counted again, as when old uploads were added. Values: userids. */
export const FORGET_COUNTS = 'DELETE FROM quota_counts WHERE userid IN (?)';
