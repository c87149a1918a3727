import type { CategoryImport, ImportedFile } from '#app/persistence';
import { toJobStatus } from '../jobs/job-status.dto.js';
import type { ImportDto, ImportFileDto, ImportStatusDto, RedirectStepDto } from './import.dto.js';

/** The steps with both their ends. */
const toRedirects = ({ redirects, category }: CategoryImport): RedirectStepDto[] =>
  redirects.map(({ title, template }, index) => ({
    from: title,
    to: redirects[index + 1]?.title ?? category ?? title,
    ...(template !== null && { template }),
  }));

export const toImportStatusDto = (found: CategoryImport): ImportStatusDto => ({
  ...toJobStatus({ ...found, done: found.files }),
  files_imported: found.files,
  chunk: found.chunks,
  redirects: toRedirects(found),
});

export const toImportDto = (found: CategoryImport): ImportDto => ({
  ...toImportStatusDto(found),
  import_method: 'category',
  category: found.title,
  ...(found.category !== null && { resolved_category: found.category }),
  depth: found.depth,
  categories: found.categories,
  is_truncated: found.isTruncated,
  pages_without_file: found.others,
  ...(found.expiresAt && { expires_at: found.expiresAt.toISOString() }),
});

export const toImportFileDto = (file: ImportedFile): ImportFileDto => ({
  name: file.name,
  page_id: file.pageId,
  category: file.category,
  width: file.width,
  height: file.height,
  size: file.size,
  mime: file.mime,
  sha1: file.sha1,
  first_uploader: file.firstUploader,
  first_uploaded_at: file.firstUploadedAt?.toISOString() ?? null,
  latest_uploader: file.latestUploader,
  latest_uploaded_at: file.latestUploadedAt?.toISOString() ?? null,
});
