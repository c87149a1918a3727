import type { CategoryFile } from '#app/protocol';
import { numberAt, textAt } from '../json.js';

/** Versions of each file that are asked for at once. */
export const VERSIONS = 10;

const toDate = (text: string | undefined): Date | null => {
  const date = new Date(text ?? NaN);
  return Number.isNaN(date.getTime()) ? null : date;
};

/** Who made a version and when; null where the wiki hides it. */
export const parseUpload = (version: unknown): { uploader: string | null; uploadedAt: Date | null } => ({
  uploader: textAt(version, 'user') ?? null,
  uploadedAt: toDate(textAt(version, 'timestamp')),
});

/**
 * A page of a query with `prop=imageinfo`, or null where it has no file.
 * @param page `title` with namespace, `versions` newest first
 */
export function parseCategoryFile(page: {
  id: number;
  title: string;
  versions: readonly unknown[];
}): CategoryFile | null {
  const [latest] = page.versions;
  if (latest === undefined) return null;
  const [current, first] = [parseUpload(latest), parseUpload(page.versions.at(-1))];
  return {
    pageId: page.id,
    name: page.title.slice(page.title.indexOf(':') + 1),
    width: numberAt(latest, 'width') ?? 0,
    height: numberAt(latest, 'height') ?? 0,
    size: numberAt(latest, 'size') ?? 0,
    mime: textAt(latest, 'mime') ?? '',
    sha1: textAt(latest, 'sha1') ?? '',
    firstUploader: first.uploader,
    firstUploadedAt: first.uploadedAt,
    latestUploader: current.uploader,
    latestUploadedAt: current.uploadedAt,
  };
}
