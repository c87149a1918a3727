import type { Export } from '#app/persistence';
import { toJobStatus } from '../jobs/job-status.dto.js';
import type { ExportDto } from './export.dto.js';

/** Whether the file of an export can be downloaded. One that was cancelled at its very end may have a file as well. */
export const isThere = ({ status, file }: Export, now: Date): boolean =>
  status === 'complete' && file !== null && file.expiresAt > now;

export function toExportDto(found: Export, now = new Date()): ExportDto {
  const { file } = found;
  return {
    id: found.id,
    ...toJobStatus(found, found.jobId),
    kind: found.kind,
    ...(found.refId !== null && { subject_id: found.refId }),
    format: found.format,
    ...(found.storageId !== null && { storage_id: found.storageId }),
    ...(file !== null &&
      isThere(found, now) && {
        file: {
          name: file.name,
          size: file.size,
          rows: file.rows,
          data_at: file.dataAt.toISOString(),
          expires_at: file.expiresAt.toISOString(),
          download: `/api/exports/${found.id}/download`,
        },
      }),
    ...(found.lastExportedAt && { last_exported_at: found.lastExportedAt.toISOString() }),
  };
}
