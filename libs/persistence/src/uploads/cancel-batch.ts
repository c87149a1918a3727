import type { UploadState } from '#app/protocol';
import { writeAudit, type Actor } from '../admin/audit-log.js';
import type { Database } from '../database/database.js';
import { listStatesOf } from './list-states.js';
import { CANCEL_QUEUED, LOCK_CANCELLABLE, REQUEST_CANCEL } from './statements.js';

export interface CancelledUploads {
  /** What was queued and is cancelled now. */
  cancelled: UploadState[];
  /** How many run and will stop, unless their commit is faster. */
  requested: number;
  /** Planned moments of the cancelled ones, to be given back to the rate plan. */
  freedTimes: Date[];
}

interface Cancellation {
  batchid: number;
  now: Date;
  /** Who cancels somebody else's: it is audited. */
  administrator?: Actor | undefined;
}

/** Cancels what is queued of a batch at once and asks what runs to stop; what is committed is finished. */
export const cancelBatch = (
  database: Database,
  { batchid, now, administrator }: Cancellation,
): Promise<CancelledUploads> =>
  database.transaction(async (sql) => {
    const rows = await sql.rows<{ id: number; planned_at: Date }>(LOCK_CANCELLABLE, [batchid]);
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await sql.change(CANCEL_QUEUED, [now, ids]);
    const requested = await sql.change(REQUEST_CANCEL, [now, batchid]);
    if (administrator && ids.length + requested > 0) {
      const after = { cancelled: ids.length, cancelRequested: requested };
      const subject = { subjectKind: 'batch', subjectId: String(batchid) } as const;
      await writeAudit(sql, administrator, [{ action: 'batch.cancel', ...subject, after }]);
    }
    return {
      cancelled: await listStatesOf(sql, ids),
      requested,
      freedTimes: rows.map(({ planned_at }) => planned_at),
    };
  });
