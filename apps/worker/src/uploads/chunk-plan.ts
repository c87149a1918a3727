const MIB = 1024 * 1024;

/** A file of up to this many chunks' size goes in one request: a round trip costs more than sending it again would. */
const ONE_REQUEST_FACTOR = 2;
const LARGE_FILE = 100 * MIB;
const LARGE_CHUNK = 16 * MIB;

/** Files over this size are assembled and published in the background, and polled for. */
const ASYNC_LIMIT = 10 * MIB;

/** Bytes of each chunk but the last. @param size bytes of the file @param preferred bytes, as configured */
export function chooseChunkSize(size: number, preferred: number): number {
  if (size <= preferred * ONE_REQUEST_FACTOR) return size;
  return size > LARGE_FILE ? Math.max(preferred, LARGE_CHUNK) : preferred;
}

export const goesInSeveralChunks = (size: number, preferred: number): boolean =>
  chooseChunkSize(size, preferred) < size;

export const isPublishedAsync = (size: number): boolean => size > ASYNC_LIMIT;
