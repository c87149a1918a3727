import type { ExportRequest, Job, RowCursor } from '#app/persistence';
import { EXPORT_FORMATS, EXPORT_KINDS } from '#app/protocol';

/** What an export reads, decided before its first row, and how far it has come; plain JSON, the cursor of its job. */
export interface ExportPlan {
  /** ISO 8601: the last change of the data, as it was then. */
  dataAt: string;
  /** ISO 8601: when that was. */
  readAt: string;
  upTo: number;
  total: number;
  /** Rows that are written. */
  rows: number;
  /** Where the last page ended; null at the start and at the end. */
  after: RowCursor | null;
  isRead: boolean;
  spool: { path: string; bytes: number } | null;
}

const isPlan = (cursor: object): cursor is ExportPlan =>
  ['dataAt', 'readAt', 'upTo', 'total', 'rows', 'after', 'isRead', 'spool'].every((field) => field in cursor);

/** The plan that a run before has kept, or null. */
export const readPlan = ({ cursor }: Pick<Job, 'cursor'>): ExportPlan | null =>
  cursor !== null && isPlan(cursor) ? cursor : null;

export const newPlan = (
  dataAt: Date | null,
  readAt: Date,
  pin: { total: number; upTo: number },
): ExportPlan => ({
  dataAt: (dataAt ?? new Date(0)).toISOString(),
  readAt: readAt.toISOString(),
  ...pin,
  rows: 0,
  after: null,
  isRead: false,
  spool: null,
});

const oneOf = <T extends string>(choices: readonly T[], value: unknown): T => {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Error(`${JSON.stringify(value)} is none of ${choices.join(', ')}`);
  return found;
};

const idOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** What the API has put into the job. @throws Error when it is not an export's */
export const readRequest = ({ params }: Pick<Job, 'params'>): ExportRequest => ({
  kind: oneOf(EXPORT_KINDS, params['kind']),
  refId: idOrNull(params['refId']),
  format: oneOf(EXPORT_FORMATS, params['format']),
  storageId: idOrNull(params['storageId']),
});
