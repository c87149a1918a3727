import { describe, expect, it } from '@jest/globals';

import { LIST_EXTRAS, largestSize, readListedPhoto, readSinglePhoto } from './read-flickr-photo.js';

const listed = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: '54100000017',
  owner: '71000001@N03',
  secret: 'a1b2c3d4e5',
  server: '65535',
  farm: 66,
  title: 'Quay &quot;Nord&quot;',
  ispublic: 1,
  license: '4',
  safety_level: '0',
  description: { _content: 'Boats at <a href="https://example.org">the quay</a>' },
  dateupload: '1752449400',
  datetaken: '2025-07-12 23:45:10',
  datetakengranularity: '0',
  datetakenunknown: 0,
  ownername: 'Harbour Walks',
  realname: 'Ada Lindqvist',
  pathalias: 'harbour_walks',
  tags: 'harbour boats',
  machine_tags: 'bhl:page=12',
  latitude: '59.329323',
  longitude: 18.068581,
  accuracy: '16',
  geo_is_public: 1,
  media: 'photo',
  url_m: 'https://live.example.org/m.jpg',
  height_m: 375,
  width_m: '500',
  url_o: 'https://live.example.org/o.jpg',
  height_o: '3024',
  width_o: 4032,
  url_l: 'https://live.example.org/l.jpg',
  height_l: 768,
  width_l: 1024,
  ...more,
});

const PHOTO = {
  id: '54100000017',
  isVideo: false,
  title: 'Quay "Nord"',
  description: 'Boats at the quay',
  tags: ['harbour', 'boats', 'bhl:page=12'],
  license: '4',
  isSafe: true,
  owner: {
    nsid: '71000001@N03',
    username: 'Harbour Walks',
    realname: 'Ada Lindqvist',
    alias: 'harbour_walks',
  },
  postedAt: 1_752_449_400,
  taken: { date: '2025-07-12', time: '23:45:10', precision: 'day' },
  location: { latitude: 59.329323, longitude: 18.068581, accuracy: 16 },
  sizes: [
    { url: 'https://live.example.org/m.jpg', width: 500, height: 375, isOriginal: false },
    { url: 'https://live.example.org/l.jpg', width: 1024, height: 768, isOriginal: false },
    { url: 'https://live.example.org/o.jpg', width: 4032, height: 3024, isOriginal: true },
  ],
};

const takenOf = (datetaken: unknown, granularity: unknown = 0, unknown: unknown = 0): unknown =>
  readListedPhoto(listed({ datetaken, datetakengranularity: granularity, datetakenunknown: unknown }))?.taken;

describe('a photo of a list', () => {
  it('tells all there is to know', () => {
    expect(readListedPhoto(listed())).toEqual(PHOTO);
    for (const extra of ['license', 'geo', 'url_o', 'safety_level', 'path_alias', 'date_taken']) {
      expect(LIST_EXTRAS.split(',')).toContain(extra);
    }
  });

  it('has its owner from the album around it', () => {
    const album = { owner: '71000009@N09', ownername: 'Somebody' };
    const photo = readListedPhoto(
      listed({ owner: undefined, ownername: undefined, realname: undefined, pathalias: null }),
      album,
    );
    expect(photo?.owner).toEqual({ nsid: '71000009@N09', username: 'Somebody', realname: '', alias: '' });
  });

  it('cannot be shown without an id, an owner or any file', () => {
    expect(readListedPhoto(listed({ id: undefined }))).toBeNull();
    expect(readListedPhoto(listed({ owner: undefined }))).toBeNull();
    expect(readListedPhoto(listed({ url_m: undefined, url_o: '', url_l: undefined }))).toBeNull();
  });

  it.each([
    ['2025-07-12 23:45:10', 0, { date: '2025-07-12', time: '23:45:10', precision: 'day' }],
    ['1912-06-01 00:00:00', '4', { date: '1912-06-01', time: '00:00:00', precision: 'month' }],
    ['1912-06-00 00:00:00', '4', { date: '1912-06-01', time: '00:00:00', precision: 'month' }],
    ['1907-01-01 00:00:00', 6, { date: '1907-01-01', time: '00:00:00', precision: 'year' }],
    ['1907-00-00 00:00:00', 6, { date: '1907-01-01', time: '00:00:00', precision: 'year' }],
    ['1880-01-01 00:00:00', '8', { date: '1880-01-01', time: '00:00:00', precision: 'circa' }],
    ['2025-07-12', 0, { date: '2025-07-12', time: '00:00:00', precision: 'day' }],
    ['2025-07-12 25:61:00', 0, { date: '2025-07-12', time: '00:00:00', precision: 'day' }],
    ['0000-00-00 00:00:00', 0, undefined],
    ['0000-01-01 00:00:00', 6, undefined],
    ['2025-02-30 10:00:00', 0, undefined],
    ['2025-00-12 10:00:00', 0, undefined],
    ['2025-07-12 23:45:10', 5, undefined],
    ['yesterday', 0, undefined],
    [undefined, 0, undefined],
  ])('was taken at %j, known to %j: %j', (datetaken, granularity, taken) => {
    expect(takenOf(datetaken, granularity)).toEqual(taken);
  });

  it('was taken nobody knows when, if Flickr says so', () => {
    expect(takenOf('2025-07-12 23:45:10', 0, '1')).toBeUndefined();
    expect(takenOf('2025-07-12 23:45:10', 0, 1)).toBeUndefined();
  });

  it.each([
    [{ geo_is_public: 0 }],
    [{ geo_is_public: undefined }],
    [{ accuracy: 0 }],
    [{ latitude: 0, longitude: '0.000000' }],
    [{ latitude: '91' }],
    [{ longitude: '-180.5' }],
    [{ latitude: 'north' }],
  ])('has no place with %j', (geo) => {
    expect(readListedPhoto(listed(geo))?.location).toBeUndefined();
  });

  it('may be on the equator', () => {
    expect(readListedPhoto(listed({ latitude: 0 }))?.location).toMatchObject({ latitude: 0 });
  });

  it.each([
    ['0', true],
    [0, true],
    ['1', false],
    ['2', false],
    [undefined, false],
  ])('with the safety level %j is safe: %j', (safety_level, isSafe) => {
    expect(readListedPhoto(listed({ safety_level }))?.isSafe).toBe(isSafe);
  });

  it('has no licence unless Flickr tells one', () => {
    expect(readListedPhoto(listed({ license: undefined }))?.license).toBe('');
    expect(readListedPhoto(listed({ license: 11 }))?.license).toBe('11');
  });
});

describe('a single photo', () => {
  const info = {
    id: '54100000017',
    license: '4',
    safety_level: '0',
    media: 'photo',
    dateuploaded: '1752449400',
    owner: {
      nsid: '71000001@N03',
      username: 'Harbour Walks',
      realname: 'Ada Lindqvist',
      path_alias: 'harbour_walks',
    },
    title: { _content: 'Quay &quot;Nord&quot;' },
    description: { _content: 'Boats at <a href="https://example.org">the quay</a>' },
    dates: { posted: '1752449400', taken: '2025-07-12 23:45:10', takengranularity: 0, takenunknown: '0' },
    tags: {
      tag: [
        { raw: 'Harbour', _content: 'harbour', machine_tag: 0 },
        { raw: 'Boats', _content: 'boats', machine_tag: false },
        { raw: 'bhl:page=12', _content: 'bhl:page12', machine_tag: 1 },
        { raw: '', _content: '', machine_tag: 0 },
      ],
    },
    location: { latitude: '59.329323', longitude: '18.068581', accuracy: '16' },
    geoperms: { ispublic: 1 },
  };
  const sizes = {
    size: [
      {
        label: 'Original',
        width: '4032',
        height: 3024,
        source: 'https://live.example.org/o.jpg',
        media: 'photo',
      },
      {
        label: 'Medium',
        width: 500,
        height: '375',
        source: 'https://live.example.org/m.jpg',
        media: 'photo',
      },
      { label: 'Large', width: 1024, height: 768, source: 'https://live.example.org/l.jpg', media: 'photo' },
    ],
  };

  it('is the same as in a list', () => {
    expect(readSinglePhoto(info, sizes)).toEqual(PHOTO);
  });

  it('has a place only if it is public, and a time only if it is known', () => {
    expect(readSinglePhoto({ ...info, geoperms: { ispublic: 0 } }, sizes)?.location).toBeUndefined();
    expect(readSinglePhoto({ ...info, geoperms: undefined }, sizes)?.location).toBeUndefined();
    const dates = { ...info.dates, takenunknown: 1 };
    expect(readSinglePhoto({ ...info, dates }, sizes)?.taken).toBeUndefined();
  });

  it('is a film when Flickr says so', () => {
    expect(readSinglePhoto({ ...info, media: 'video' }, sizes)?.isVideo).toBe(true);
  });

  it('gives its original, else the largest picture', () => {
    const photo = readSinglePhoto(info, sizes);
    expect(photo && largestSize(photo)?.url).toBe('https://live.example.org/o.jpg');
    const films = [
      { label: '1080p', width: 9_000, height: 9_000, source: 'https://x/f.mp4', media: 'video' },
    ];
    const without = readSinglePhoto(info, { size: [...sizes.size.slice(1), ...films] });
    expect(without && largestSize(without)?.url).toBe('https://live.example.org/l.jpg');
  });
});
