import { fileTypeFromBuffer } from 'file-type';

export interface MediaType {
  /** Without parameters, `image/jpeg`. */
  mime: string;
  /** Without its dot, `jpg`. */
  extension: string;
}

/** Bytes from the start of a file that suffice to tell its type. */
export const HEAD_BYTES = 4_100;

const MEDIA = /^(?:(?:image|video|audio)\/|application\/ogg$)/;
const UNSPECIFIC = new Set(['', 'application/octet-stream', 'binary/octet-stream']);

const withoutParameters = (contentType: string): string =>
  (contentType.split(';')[0] ?? '').trim().toLowerCase();

/** Whether a `Content-Type` header may announce a picture, sound or film; servers that say nothing may. */
export function mayBeMedia(contentType: string): boolean {
  const mime = withoutParameters(contentType);
  return UNSPECIFIC.has(mime) || MEDIA.test(mime);
}

/** The type by the file's own first bytes, or null when it is no picture, sound or film. */
export async function findMediaType(head: Uint8Array): Promise<MediaType | null> {
  const found = await fileTypeFromBuffer(head);
  if (!found) return null;
  const mime = withoutParameters(found.mime);
  return MEDIA.test(mime) ? { mime, extension: found.ext } : null;
}
