import type { CheckedRow } from './checked-row.js';
import type { ManifestReportDto, ManifestRowDto } from './manifest.dto.js';
import { idOf } from './read-row.js';

function toRow({ row, cells, error, warning }: CheckedRow): ManifestRowDto {
  const problem = error ?? warning;
  return {
    row,
    id: idOf(cells),
    title: cells.title?.trim() ?? '',
    status: error ? 'error' : warning ? 'warning' : 'ok',
    ...(problem && { code: problem.code, message: problem.message }),
  };
}

/** What is answered about the rows. @param batchid absent when nothing was created */
export function toReport(
  checked: readonly CheckedRow[],
  { isDryRun, batchid }: { isDryRun: boolean; batchid?: number },
): ManifestReportDto {
  const rows = checked.map(toRow);
  const count = (wanted: string): number => rows.filter(({ status }) => status === wanted).length;
  return {
    dry_run: isDryRun,
    ...(batchid !== undefined && { batch_id: batchid }),
    total: rows.length,
    ok: count('ok'),
    warnings: count('warning'),
    errors: count('error'),
    rows,
  };
}
