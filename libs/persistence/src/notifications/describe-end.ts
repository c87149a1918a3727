import { DUPLICATE_STATUSES, type UploadStatus } from '#app/protocol';

export type EndCounts = ReadonlyMap<UploadStatus, number>;

/** What became of a batch's uploads, for people. Null when it has none. */
export function describeEnd(batchid: number, counts: EndCounts): string | null {
  const countOf = (...statuses: readonly UploadStatus[]): number =>
    statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
  const told: [number, string][] = [
    [countOf('completed'), 'uploaded'],
    [countOf(...DUPLICATE_STATUSES), 'already on Commons'],
    [countOf('failed'), 'failed'],
    [countOf('cancelled'), 'cancelled'],
  ];
  const parts = told.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return parts.length === 0 ? null : `Batch ${batchid} is finished: ${parts.join(', ')}.`;
}
