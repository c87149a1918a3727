import { describe, expect, it } from '@jest/globals';
import { IdsInNames } from './find-ids-in-names.js';

describe('IdsInNames', () => {
  it('finds ids that stand alone among the digits', () => {
    const ids = new IdsInNames(['498763468214164', '50000000001', '2024', 'row one']);
    for (const name of [
      'Street in Berlin 2024 (Mapillary 498763468214164).jpg',
      'Photo (50000000001).jpg',
      'Photo 50000000001_o 50000000001.jpg',
      'Photo 500000000012.jpg',
      'row one.jpg',
    ]) {
      ids.read(name);
    }
    expect(Object.fromEntries(ids.results)).toEqual({
      '498763468214164': ['Street in Berlin 2024 (Mapillary 498763468214164).jpg'],
      '50000000001': ['Photo (50000000001).jpg', 'Photo 50000000001_o 50000000001.jpg'],
    });
  });

  it('knows when there is nothing to look for', () => {
    expect(new IdsInNames(['a', '2024']).isEmpty).toBe(true);
    expect(new IdsInNames(['498763468214164']).isEmpty).toBe(false);
  });
});
