import { describe, expect, it } from '@jest/globals';

import { RefusedError } from '#app/protocol';

import { parseMapillaryInput } from './parse-mapillary-input.js';

describe('parseMapillaryInput', () => {
  it.each([
    ['7nfcwfvjdtphz7yj6zat6a', 'sequence', '7nfcwfvjdtphz7yj6zat6a'],
    [' Ab-c_dEfGhIjKlMnOpQrStU\t', 'sequence', 'Ab-c_dEfGhIjKlMnOpQrStU'],
    ['4235112816526838', 'image', '4235112816526838'],
    ['26774514888887984', 'image', '26774514888887984'],
    ['https://www.mapillary.com/app/?pKey=4235112816526838', 'image', '4235112816526838'],
    ['http://mapillary.com/app?pKey=4235112816526838&focus=photo', 'image', '4235112816526838'],
    ['https://www.mapillary.com/app/?lat=1&lng=-2.5&z=17.2&focus=photo&pKey=42&x=0.5', 'image', '42'],
    ['https://www.mapillary.com/app/user/NAME?pKey=42&lat=1', 'image', '42'],
    ['www.mapillary.com/app/user/Ünï code?pKey=42', 'image', '42'],
    ['mapillary.com/app/org/some?pKey=42', 'image', '42'],
    ['https://www.mapillary.com/map/im/42', 'image', '42'],
    ['mapillary.com/map/im/42/photo', 'image', '42'],
    ['HTTPS://WWW.MAPILLARY.COM/map/im/42', 'image', '42'],
    ['https://www.mapillary.com/embed?image_key=42&style=photo', 'image', '42'],
    ['https://www.mapillary.com/map/s/7nfcwfvjdtphz7yj6zat6a', 'sequence', '7nfcwfvjdtphz7yj6zat6a'],
  ])('reads %j', (input, kind, id) => {
    expect(parseMapillaryInput(input)).toEqual({ kind, id });
  });

  it.each([
    '',
    '   ',
    'two words',
    'a/b',
    '../me',
    "x' OR 1=1",
    'https://example.org/app/?pKey=42',
    'https://mapillary.com.example.org/app/?pKey=42',
    'https://notmapillary.com/app/?pKey=42',
    'https://www.mapillary.com/app/user/NAME',
    'https://www.mapillary.com/app/?pKey=',
    'https://www.mapillary.com/app/?pKey=YzpVFm0NqewCXr_8w0vCvg',
    'https://www.mapillary.com/app/?pKey=42%2F..%2Fme',
    'https://www.mapillary.com/map/im/%zz',
    'ftp://www.mapillary.com/map/im/42',
    'javascript://www.mapillary.com/app/?pKey=42',
    'mapillary.com',
  ])('refuses %j in words', (input) => {
    expect(() => parseMapillaryInput(input)).toThrow(RefusedError);
    expect(() => parseMapillaryInput(input)).toThrow(/ .+\.$/);
  });
});
