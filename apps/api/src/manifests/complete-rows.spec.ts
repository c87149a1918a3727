import { describe, expect, it } from '@jest/globals';
import type { ManifestRow, ManifestRows } from '#app/protocol';
import { completeRows } from './complete-rows.js';

const ID = '0b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71';
const STORED: ManifestRow = {
  key: 'a',
  cells: { url: 'https://example.org/a.jpg', license: 'CC0', title: 'Old.jpg' },
  storedAt: new Date(0),
};
const manifests: ManifestRows = {
  listKeys: () => Promise.resolve(['a']),
  list: (id, keys) => Promise.resolve(id === ID && keys.includes('a') ? [STORED] : []),
};

describe('rows of an export', () => {
  it('are completed by what their manifest told, which what they tell themselves goes before', async () => {
    const exported = { handler: 'manifest', id: 'a', input: ID.toUpperCase(), title: 'New.jpg' };
    const others = [
      { handler: 'mapillary', id: 'a', input: ID },
      { id: 'a', input: ID, url: 'https://example.org/other.jpg' },
      { id: 'b', input: ID },
      { id: 'a', input: 'unknown' },
      {},
    ];
    const url = 'https://example.org/a.jpg';
    expect(
      await completeRows([...others, exported, { id: ' a', input: ID, license: 'CC BY 4.0' }], manifests),
    ).toEqual([
      ...others,
      { ...exported, url, license: 'CC0' },
      { id: ' a', input: ID, url, license: 'CC BY 4.0', title: 'Old.jpg' },
    ]);
  });
});
