import { describe, expect, it } from '@jest/globals';
import { hashItems } from './hash-items.js';

const item = { id: '1', input: 'c', title: 'A.jpg', wikitext: 'w' };

describe('hashItems', () => {
  it('is the same for items that ask for the same', () => {
    const reordered = { wikitext: 'w', title: 'A.jpg', input: 'c', id: '1', copyright_override: false };
    expect(hashItems('mapillary', [reordered])).toBe(hashItems('mapillary', [item]));
  });

  it('differs with every field, the order and the source', () => {
    const other = { ...item, id: '2' };
    const hashes = [
      hashItems('mapillary', [item]),
      hashItems('flickr', [item]),
      hashItems('mapillary', [other]),
      hashItems('mapillary', [item, other]),
      hashItems('mapillary', [other, item]),
      hashItems('mapillary', [{ ...item, input: 'd' }]),
      hashItems('mapillary', [{ ...item, title: 'B.jpg' }]),
      hashItems('mapillary', [{ ...item, wikitext: 'v' }]),
      hashItems('mapillary', [{ ...item, labels: { language: 'en', value: 'x' } }]),
      hashItems('mapillary', [{ ...item, labels: { language: 'enx', value: '' } }]),
      hashItems('mapillary', [{ ...item, copyright_override: true }]),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
