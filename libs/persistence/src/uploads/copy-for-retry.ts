import type { UploadState, UploadStatus } from '#app/protocol';
import type { Database, Sql, SqlValue } from '../database/database.js';
import { enforceQuotas } from '../quotas/enforce-quotas.js';
import { writeAudit, type Actor } from '../admin/audit-log.js';
import { insertUploads } from './insert-uploads.js';
import { LIST_BATCH_STATES, LIST_BATCH_UPLOADS_OF_STATUS, LIST_UPLOADS_OF_STATUS } from './statements.js';
import type { Upload } from './upload.js';
import { toState, toUpload, type StateRow, type UploadRow } from './upload-row.js';

export interface RetryCopy {
  /** Which uploads: those of a batch, or these. */
  from: { batchid: number } | { ids: readonly number[] };
  statuses: readonly UploadStatus[];
  intoBatchid: number;
  userid: string;
  /** Sealed by TokenVault. */
  accessToken: string;
  /** An administrator's retry: it is audited, and each copy notes the batch of its original, for the summaries of its edits. */
  administrator?: Actor;
  /** One moment for each upload; where there are fewer, the last is used for the rest. */
  plannedAt: readonly Date[];
  /** No quota holds for this person. */
  isExempt?: boolean;
}

/** Rows in one insert: keeps a statement well below the server's max_allowed_packet. */
const ROWS_AT_ONCE = 250;

export async function copyForRetry(database: Database, copy: RetryCopy): Promise<UploadState[]> {
  return database.transaction(async (sql) => {
    const found = await sql.rows<UploadRow>(...selection(copy));
    const newestByKey = new Map(found.sort((a, b) => a.id - b.id).map((row) => [row.key, toUpload(row)]));
    const originals = [...newestByKey.values()];
    const now = new Date();
    if (!copy.isExempt && originals.length > 0) {
      const wanted = { max_uploads: originals.length, max_bytes: 0 };
      await enforceQuotas(sql, { userid: copy.userid, wanted, now });
    }
    const uploads = originals.map((original, index) => ({
      ...original,
      error: undefined,
      status: 'queued' as const,
      retryOfBatch: copy.administrator ? original.batchid : null,
      accessToken: copy.accessToken,
      plannedAt: copy.plannedAt[index] ?? copy.plannedAt.at(-1) ?? now,
    }));
    for (let start = 0; start < uploads.length; start += ROWS_AT_ONCE) {
      await insertUploads(sql, {
        batchid: copy.intoBatchid,
        userid: copy.userid,
        uploads: uploads.slice(start, start + ROWS_AT_ONCE).map(({ error: _, ...upload }) => upload),
        now,
      });
    }
    if (copy.administrator) await auditRetry(sql, copy.administrator, originals, copy.intoBatchid);
    const states = await sql.rows<StateRow>(LIST_BATCH_STATES, [copy.intoBatchid]);
    return states.sort((a, b) => a.id - b.id).map(toState);
  });
}

const auditRetry = (
  sql: Sql,
  actor: Actor,
  originals: readonly Upload[],
  intoBatchid: number,
): Promise<void> =>
  writeAudit(
    sql,
    actor,
    originals.map(({ id, status, batchid }) => ({
      action: 'upload.retry',
      subjectKind: 'upload',
      subjectId: String(id),
      before: { status, batchid },
      after: { status, batchid, retriedInBatch: intoBatchid },
    })),
  );

function selection({ from, statuses }: RetryCopy): [string, SqlValue[]] {
  return 'ids' in from
    ? [LIST_UPLOADS_OF_STATUS, [from.ids, statuses]]
    : [LIST_BATCH_UPLOADS_OF_STATUS, [from.batchid, statuses]];
}
