import { createHash } from 'node:crypto';
import type { ImageSourceName, UploadItemDto } from '#app/protocol';

/** Equal for slices that ask for the same, whatever order their JSON had. Hexadecimal SHA-256. */
export const hashItems = (handler: ImageSourceName, items: readonly UploadItemDto[]): string => {
  const hash = createHash('sha256').update(JSON.stringify(handler));
  for (const { id, input, title, wikitext, labels, copyright_override: override } of items) {
    const label = labels === undefined ? null : [labels.language, labels.value];
    hash.update(JSON.stringify([id, input, title, wikitext, label, override ?? false]));
  }
  return hash.digest('hex');
};
