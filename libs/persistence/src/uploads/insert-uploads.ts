import { currentTraceparent, DomainError, toFailureType } from '#app/protocol';
import type { Sql, SqlValue } from '../database/database.js';
import { toJson } from '../database/json.js';
import { DUPLICATE_ENTRY, NO_REFERENCED_ROW, sqlErrorNumber } from '../database/retry-on-deadlock.js';
import { IS_OPEN, OPEN } from './turns/statements.js';
import type { NewUpload } from './upload.js';

const INSERT = `INSERT INTO upload_requests (batchid, userid, status, \`key\`, handler, collection, filename, wikitext,
  copyright_override, labels, error, created_at, updated_at, failure, retry_of_batch, planned_at, due_at, attempts, checkpoint, access_token, was_refused, traceparent) VALUES ?`;

/** One multi-row insert. @throws DomainError KEY_CONFLICT when the batch already has one of the keys, BATCH_NOT_FOUND */
export async function insertUploads(
  sql: Sql,
  {
    batchid,
    userid,
    uploads,
    now,
  }: { batchid: number; userid: string; uploads: readonly NewUpload[]; now: Date },
): Promise<void> {
  const traceparent = currentTraceparent();
  const rows = uploads.map((upload): SqlValue[] => [
    batchid,
    userid,
    upload.status,
    upload.key,
    upload.handler,
    upload.collection,
    upload.filename,
    upload.wikitext,
    upload.copyrightOverride,
    toJson(upload.labels),
    toJson(upload.error),
    now,
    now,
    upload.status === 'failed' ? toFailureType(upload.error) : null,
    upload.retryOfBatch ?? null,
    upload.plannedAt,
    upload.plannedAt,
    '{}',
    '{}',
    upload.status === 'queued' ? upload.accessToken : null,
    upload.status === 'failed',
    traceparent,
  ]);
  try {
    await sql.insert(INSERT, [rows]);
  } catch (error) {
    throw asDomainError(error);
  }
  // From the insert on the row of the batch is locked: nobody closes it before these uploads can be seen.
  const [batch] = await sql.rows<{ open: number }>(IS_OPEN, [batchid]);
  if (batch?.open !== 1) await sql.change(OPEN, [batchid]);
}

/** Translates what the constraints of the tables refuse; anything else stays what it was. */
export function asDomainError(error: unknown): unknown {
  const number = sqlErrorNumber(error);
  const options = { cause: error };
  if (number === DUPLICATE_ENTRY) {
    return new DomainError(
      'KEY_CONFLICT',
      'The batch already has an upload of one of these images',
      undefined,
      options,
    );
  }
  if (number === NO_REFERENCED_ROW)
    return new DomainError('BATCH_NOT_FOUND', 'Batch not found', undefined, options);
  return error;
}
