import { describe, expect, it } from '@jest/globals';
import { ORDINARY_WINDOWS, toUploadWindows } from './upload-windows.js';

describe('toUploadWindows', () => {
  it('counts two edits an upload', () => {
    expect(toUploadWindows(ORDINARY_WINDOWS)).toEqual([
      { hits: 380, seconds: 4_320 },
      { hits: 450, seconds: 180 },
    ]);
  });

  it('lets at least one upload into every window, and knows no limit for the exempt', () => {
    expect(toUploadWindows({ upload: [], edit: [{ hits: 1, seconds: 60 }] })).toEqual([
      { hits: 1, seconds: 60 },
    ]);
    expect(toUploadWindows({ upload: [], edit: [] })).toEqual([]);
  });
});
