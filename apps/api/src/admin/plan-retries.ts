import type { RetryableUpload } from '#app/persistence';

/** Rows of two manifests may have one key, and are two images nevertheless. */
const imageOf = ({ handler, key, collection }: RetryableUpload): string =>
  JSON.stringify(handler === 'manifest' ? [handler, key, collection] : [handler, key]);

/**
 * Which uploads go into which new batch: of an image the newest one, as it would only be found to be a duplicate of itself;
 * images of one key, which a batch has once, into batches of their own.
 * @param uploads oldest first
 */
export function planRetries(uploads: readonly RetryableUpload[]): RetryableUpload[][] {
  const newest = new Map(uploads.map((upload) => [imageOf(upload), upload]));
  const batches: { keys: Set<string>; uploads: RetryableUpload[] }[] = [];
  for (const upload of newest.values()) {
    let batch = batches.find(({ keys }) => !keys.has(upload.key));
    if (!batch) batches.push((batch = { keys: new Set(), uploads: [] }));
    batch.keys.add(upload.key);
    batch.uploads.push(upload);
  }
  return batches.map((batch) => batch.uploads);
}
