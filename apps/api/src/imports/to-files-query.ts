import { toCategoryTitle, type FileFilter, type FilesQuery } from '#app/persistence';
import { DomainError } from '#app/protocol';
import type { ImportFilesQuery } from './import.dto.js';

const DAY_MS = 86_400_000;

const midnight = (day: string | undefined): Date | undefined =>
  day === undefined ? undefined : new Date(`${day}T00:00:00Z`);

const filled = (text: string | undefined): string | undefined => (text?.trim() ? text.trim() : undefined);

/** What is asked for in the address, as the repository wants it. @throws DomainError VALIDATION_FAILED for days in the wrong order */
export const toFilesQuery = (query: ImportFilesQuery): FilesQuery => ({
  page: query.page,
  size: query.size,
  sortby: query.sortby,
  asc: query.asc,
  ...toFileFilter(query),
});

type FilterFields = Omit<ImportFilesQuery, 'page' | 'size' | 'sortby' | 'asc'>;

/** @throws DomainError VALIDATION_FAILED for days in the wrong order */
export function toFileFilter(query: FilterFields): FileFilter {
  const [from, to] = [midnight(query.uploaded_from), midnight(query.uploaded_to)];
  if (from && to && to < from) {
    throw new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', {
      uploaded_to: ['uploaded_to must not be before uploaded_from'],
    });
  }
  const category = filled(query.category);
  return {
    name: filled(query.name),
    mime: filled(query.mime),
    firstUploader: filled(query.first_uploader),
    latestUploader: filled(query.latest_uploader),
    category: category === undefined ? undefined : toCategoryTitle(category).replaceAll('_', ' '),
    uploadedFrom: from,
    uploadedBefore: to && new Date(to.getTime() + DAY_MS),
    minSide: query.min_side,
  };
}
