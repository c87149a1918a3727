import { describe, expect, it } from '@jest/globals';
import { ORDINARY_WINDOWS, toUploadWindows } from './upload-windows.js';

describe('toUploadWindows', () => {
  it('counts two edits an upload', () => {
    expect(toUploadWindows(ORDINARY_WINDOWS)).toEqual([
      { hits: 380, seconds: 4_320 },
      { hits: 900, seconds: 180, cost: 2, edits: true },
    ]);
  });

  it('knows no limit for the exempt', () => {
    expect(toUploadWindows({ upload: [], edit: [] })).toEqual([]);
  });
});
