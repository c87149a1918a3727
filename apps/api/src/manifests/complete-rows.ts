import type { ManifestRows, UploadTableRow } from '#app/protocol';
import { slicesOf } from './checked-row.js';
import { idOf } from './read-row.js';

const KEYS_AT_ONCE = 500;

/** The manifest that an exported upload came from; empty for every other row. */
const originOf = ({ handler = 'manifest', input = '', url = '' }: UploadTableRow): string =>
  handler.trim().toLowerCase() === 'manifest' && url.trim() === '' ? input.trim().toLowerCase() : '';

/**
 * An exported upload names the manifest it came from, but does not repeat what that told of its image: cells that are
 * empty here are as they were there.
 */
export async function completeRows(
  rows: readonly UploadTableRow[],
  manifests: ManifestRows,
): Promise<UploadTableRow[]> {
  const completed = new Map<UploadTableRow, UploadTableRow>();
  for (const origin of new Set(rows.map(originOf).filter((id) => id !== ''))) {
    const exported = rows.filter((row) => originOf(row) === origin);
    for (const some of slicesOf(exported, KEYS_AT_ONCE)) {
      const stored = await manifests.list(origin, some.map(idOf));
      const byKey = new Map(stored.map(({ key, cells }) => [key, cells]));
      for (const row of some) completed.set(row, { ...byKey.get(idOf(row)), ...row });
    }
  }
  return rows.map((row) => completed.get(row) ?? row);
}
