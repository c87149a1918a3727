import type { ManifestColumn, UploadTableRow } from './upload-table.js';

/** What is kept of a row: what it tells about its image, and what a page built from it needs. */
export const KEPT_COLUMNS = ['title', 'label_language', 'copyright_override'] as const;
export type ManifestCells = Readonly<Pick<UploadTableRow, ManifestColumn | (typeof KEPT_COLUMNS)[number]>>;

/** One image of a manifest that a person has handed in. */
export interface ManifestRow {
  /** Names the image in its manifest. */
  key: string;
  cells: ManifestCells;
  /** When the manifest was handed in. */
  storedAt: Date;
}

/** The manifests that people have handed in. */
export interface ManifestRows {
  /** In the order of the file; empty when there is no such manifest. */
  listKeys(manifestId: string): Promise<string[]>;
  /** Those of these keys that there are, in the order of the file. */
  list(manifestId: string, keys: readonly string[]): Promise<ManifestRow[]>;
}
