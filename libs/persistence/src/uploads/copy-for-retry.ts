import type { UploadState, UploadStatus } from '#app/protocol';
import type { Database, SqlValue } from '../database/database.js';
import { insertUploads } from './insert-uploads.js';
import { LIST_BATCH_STATES, LIST_BATCH_UPLOADS_OF_STATUS, LIST_UPLOADS_OF_STATUS } from './statements.js';
import { toState, toUpload, type StateRow, type UploadRow } from './upload-row.js';

export interface RetryCopy {
  /** Which uploads: those of a batch, or these. */
  from: { batchid: number } | { ids: readonly number[] };
  statuses: readonly UploadStatus[];
  intoBatchid: number;
  userid: string;
  /** Sealed by TokenVault. */
  accessToken: string;
  /** One moment for each upload; where there are fewer, the last is used for the rest. */
  plannedAt: readonly Date[];
}

/** Rows in one insert: keeps a statement well below the server's max_allowed_packet. */
const ROWS_AT_ONCE = 250;

export async function copyForRetry(database: Database, copy: RetryCopy): Promise<UploadState[]> {
  return database.transaction(async (sql) => {
    const found = await sql.rows<UploadRow>(...selection(copy));
    const newestByKey = new Map(found.sort((a, b) => a.id - b.id).map((row) => [row.key, toUpload(row)]));
    const originals = [...newestByKey.values()];
    const now = new Date();
    const uploads = originals.map((original, index) => ({
      ...original,
      error: undefined,
      status: 'queued' as const,
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
    const states = await sql.rows<StateRow>(LIST_BATCH_STATES, [copy.intoBatchid]);
    return states.sort((a, b) => a.id - b.id).map(toState);
  });
}

function selection({ from, statuses }: RetryCopy): [string, SqlValue[]] {
  return 'ids' in from
    ? [LIST_UPLOADS_OF_STATUS, [from.ids, statuses]]
    : [LIST_BATCH_UPLOADS_OF_STATUS, [from.batchid, statuses]];
}
