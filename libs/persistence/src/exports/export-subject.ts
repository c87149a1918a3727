import type { ExportFormat } from '#app/protocol';

/** What an export is about. */
export type ExportSubject =
  | { kind: 'batch'; batchid: number }
  | { kind: 'failed_uploads'; userid: string; batchid: number | null }
  | { kind: 'import'; importId: number }
  | { kind: 'my_uploads'; userid: string };

/** The part of a file's name that tells one subject of a kind from another. */
export function subjectId(subject: ExportSubject): string {
  switch (subject.kind) {
    case 'batch':
      return String(subject.batchid);
    case 'import':
      return String(subject.importId);
    case 'my_uploads':
      return subject.userid;
    case 'failed_uploads':
      return subject.batchid === null ? subject.userid : `${subject.userid}-batch-${subject.batchid}`;
  }
}

/** A cache file as it is named: the same data in the same format has the same name. */
export interface ExportFileKey {
  subject: ExportSubject;
  /** The moment of the data's own last change. */
  dataAt: Date;
  format: ExportFormat;
  /** Null: the default storage. */
  storageId: number | null;
}
