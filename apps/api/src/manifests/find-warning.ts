import type { RowUpload } from './read-row.js';
import type { RowProblem } from './row-problem.js';

const CATEGORY = /\[\[\s*category\s*:/i;

/** What a person may want to change before this upload begins, though it can be made. */
export function findWarning({ item, cells }: RowUpload): RowProblem | null {
  if (!CATEGORY.test(item.wikitext)) {
    return { code: 'no-category', message: 'The page will be in no category.' };
  }
  if (cells && (cells.taken ?? '').trim() === '') {
    return { code: 'no-date', message: 'Nothing tells when the image was made.' };
  }
  return null;
}
