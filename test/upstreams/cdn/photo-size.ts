/** Width of every photograph in pixels. */
export const PHOTO_WIDTH = 2592;

/** Photographs are made of strips of eight rows. */
export const STRIP_ROWS = 8;

export const roundedHeight = (height: number): number =>
  Math.max(STRIP_ROWS, Math.round(height / STRIP_ROWS) * STRIP_ROWS);
