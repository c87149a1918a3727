import type { ReceivedFile } from '../server/receive.js';
import type { ApiCall } from './api-call.js';
import { ApiError } from './api-error.js';

const MAX_FILE_BYTES = 5 * 1024 ** 3;
const MAX_PART_BYTES = 100 * 1024 * 1024;

/** A file part of the request; null if it was not sent. @throws ApiError if it is too big */
export function partOf(call: ApiCall, name: string): ReceivedFile | null {
  const part = call.incoming.files.get(name) ?? null;
  if (part !== null && part.size > MAX_PART_BYTES) {
    throw new ApiError(
      'badupload',
      `The uploaded file for "${name}" exceeds the server's maximum of 100 MB.`,
      { size: MAX_PART_BYTES },
    );
  }
  return part;
}

/** `filesize` beyond the limit is cut down with a warning, as for any integer out of range. */
export function claimedSize(call: ApiCall): number {
  const size = call.integer('filesize', 0);
  if (size <= MAX_FILE_BYTES) return size;
  call.warn(
    'upload',
    'badinteger',
    `The value "${size}" for parameter "filesize" must be between 0 and 5,368,709,120.`,
  );
  return MAX_FILE_BYTES;
}
