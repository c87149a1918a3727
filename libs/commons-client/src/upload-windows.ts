import type { RateWindow, RateWindows } from './types.js';

/** Edits that one upload costs: the upload's own and its structured data's. */
const EDITS_PER_UPLOAD = 2;

/** A window that limits uploads. */
export interface UploadWindow extends RateWindow {
  /** Hits that one upload takes; 1 unless told. */
  readonly cost?: number;
  /** Single edits count in it too. */
  readonly edits?: boolean;
}

/** What an ordinary user may do on Commons: 380 uploads in 72 minutes and 900 edits in 3. */
export const ORDINARY_WINDOWS: Pick<RateWindows, 'upload' | 'edit'> = {
  upload: [{ hits: 380, seconds: 4_320 }],
  edit: [{ hits: 900, seconds: 180 }],
};

/** The windows that limit a user's uploads; none at all means no limit. */
export const toUploadWindows = ({ upload, edit }: Pick<RateWindows, 'upload' | 'edit'>): UploadWindow[] => [
  ...upload,
  ...edit.map((window) => ({ ...window, cost: EDITS_PER_UPLOAD, edits: true })),
];
