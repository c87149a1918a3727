import type { FileLink } from '#app/protocol';
import type { RowUpload } from './read-row.js';
import type { RowProblem } from './row-problem.js';

const CATEGORY = /\[\[\s*category\s*:/i;

/**
 * What a person may want to change before this upload begins, though it can be made.
 * @param files what earlier uploads of this image have led to
 */
export function findWarning({ item, cells }: RowUpload, files: readonly FileLink[]): RowProblem | null {
  const [file] = files;
  if (file !== undefined) {
    return { code: 'already-uploaded', message: `This image came to Commons before, as ${file.title}.` };
  }
  if (!CATEGORY.test(item.wikitext)) {
    return { code: 'no-category', message: 'The page will be in no category.' };
  }
  if (cells && (cells.taken ?? '').trim() === '') {
    return { code: 'no-date', message: 'Nothing tells when the image was made.' };
  }
  return null;
}
