import type { CategoryFile } from '#app/protocol';

/** A file as `import_files` has it. */
export interface CategoryFileRow {
  name: string;
  page_id: number;
  width: number;
  height: number;
  size: number;
  mime: string;
  sha1: string;
  first_uploader: string | null;
  first_uploaded_at: Date | null;
  latest_uploader: string | null;
  latest_uploaded_at: Date | null;
}

export const toCategoryFile = (row: CategoryFileRow): CategoryFile => ({
  name: row.name,
  pageId: row.page_id,
  width: row.width,
  height: row.height,
  size: row.size,
  mime: row.mime,
  sha1: row.sha1,
  firstUploader: row.first_uploader,
  firstUploadedAt: row.first_uploaded_at,
  latestUploader: row.latest_uploader,
  latestUploadedAt: row.latest_uploaded_at,
});
