import { describe, expect, it } from '@jest/globals';

import { aFlickrPhoto } from '../testing/a-flickr-photo.js';
import { suggestTitle, toMediaImage } from './to-media-image.js';

const WEB = 'https://www.flickr.com';

describe('toMediaImage', () => {
  it('shows what there is', () => {
    expect(toMediaImage(aFlickrPhoto({ description: 'Boats' }), WEB)).toEqual({
      id: '54100000017',
      title: 'The quay at noon (54100000017).jpg',
      dates: { taken: '2025-07-12T23:45:10.000Z' },
      creator: {
        id: '71000001@N03',
        username: 'Harbour Walks',
        profile_url: 'https://www.flickr.com/people/harbour_walks/',
      },
      location: { latitude: 59.329323, longitude: 18.068581, accuracy: 16 },
      existing: [],
      urls: {
        url: 'https://www.flickr.com/photos/harbour_walks/54100000017/',
        original: 'https://live.example.org/65535/54100000017_f6a7b8c9d0_o.jpg',
        preview: 'https://live.example.org/65535/54100000017_a1b2c3d4e5_b.jpg',
        thumbnail: 'https://live.example.org/65535/54100000017_a1b2c3d4e5_m.jpg',
      },
      dimensions: { width: 4032, height: 3024 },
      camera: { is_pano: false },
      description: 'Boats',
      license: 'CC BY 2.0',
      tags: ['harbour'],
    });
  });

  it('leaves out what is empty, and says where nothing is known', () => {
    const {
      taken: _taken,
      location: _location,
      ...bare
    } = aFlickrPhoto({
      tags: [],
      license: '99',
      owner: { nsid: '71000003@N08', username: 'lamp keeper', realname: '', alias: '' },
      sizes: [{ url: 'https://live.example.org/1_t.jpg', width: 100, height: 75, isOriginal: false }],
    });
    const image = toMediaImage(bare, WEB);
    expect(Object.keys(image)).not.toEqual(expect.arrayContaining(['description']));
    expect(Object.keys(image)).not.toContain('tags');
    expect(image).toMatchObject({
      dates: { taken: '2025-07-13T23:30:00.000Z' },
      location: { latitude: 0, longitude: 0, accuracy: 0 },
      license: 'Unknown Flickr licence 99',
      creator: { profile_url: 'https://www.flickr.com/people/71000003@N08/' },
      urls: {
        url: 'https://www.flickr.com/photos/71000003@N08/54100000017/',
        preview: 'https://live.example.org/1_t.jpg',
        thumbnail: 'https://live.example.org/1_t.jpg',
      },
      dimensions: { width: 100, height: 75 },
    });
  });
});

describe('suggestTitle', () => {
  const title = (words: string, url?: string): string =>
    suggestTitle(
      aFlickrPhoto({ title: words, ...(url && { sizes: [{ url, width: 1, height: 1, isOriginal: true }] }) }),
    );

  it.each([
    ['Harbour', 'Harbour (54100000017).jpg'],
    ['', 'Photo from Flickr (54100000017).jpg'],
    ['  [[File:x]] | {{y}} ', 'File x y (54100000017).jpg'],
    ['a/b\\c:d#e<f>', 'a b c d e f (54100000017).jpg'],
    ['100% wool, 5%20 off', '100% wool, 5 20 off (54100000017).jpg'],
    ['signed ~~~~', 'signed (54100000017).jpg'],
    ['Tom &amp; Jerry & Co', 'Tom amp; Jerry & Co (54100000017).jpg'],
    ['under_score\nline\u202Eright', 'under score line right (54100000017).jpg'],
    ['...hidden.', 'hidden (54100000017).jpg'],
    ['Große Fähre ⛴', 'Große Fähre ⛴ (54100000017).jpg'],
  ])('makes %j fit for a wiki', (words, expected) => {
    expect(title(words)).toBe(expected);
  });

  it('is never longer than a wiki allows, and never cuts a letter in two', () => {
    for (const words of ['x'.repeat(500), 'ß'.repeat(200), '👩‍👩‍👧'.repeat(40)]) {
      const suggested = title(words);
      expect(Buffer.byteLength(suggested)).toBeLessThanOrEqual(240);
      expect(suggested).toMatch(/ \(54100000017\)\.jpg$/);
      expect(suggested).not.toContain('\ufffd');
    }
  });

  it.each([
    ['https://live.example.org/65535/1_a_o.png', 'png'],
    ['https://live.example.org/65535/1_a_o.GIF', 'gif'],
    ['https://live.example.org/65535/1_a_o.jpeg?x=1', 'jpg'],
    ['https://live.example.org/65535/1_a', 'jpg'],
  ])('has the extension of %s', (url, extension) => {
    expect(title('Harbour', url)).toBe(`Harbour (54100000017).${extension}`);
  });
});
