import { describe, expect, it } from '@jest/globals';
import { RefusedError, type ManifestCells } from '#app/protocol';

import { someCells } from '../testing/a-manifest-row.js';
import { readLicense } from './manifest-licenses.js';
import { readManifestRow, readOverride } from './read-manifest-row.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const read = (more: Partial<ManifestCells> = {}) => readManifestRow(someCells(more), NOW);

function refusalOf(more: Partial<ManifestCells>): string {
  try {
    read(more);
  } catch (error) {
    if (error instanceof RefusedError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('It was not refused');
}

describe('a row of a manifest', () => {
  it('tells about its image', () => {
    expect(read()).toEqual({
      url: 'https://files.example.org/crane.jpg',
      sourceUrl: 'https://example.org/crane',
      author: 'Ada Example',
      authorUrl: 'https://example.org/people/ada',
      license: expect.objectContaining({ name: 'CC BY-SA 4.0', item: 'Q18199165' }),
      taken: { date: '2024-05-17', precision: 'day', at: '2024-05-17T00:00:00.000Z', text: '2024-05-17' },
      location: { latitude: 53.5411, longitude: 9.9937, compass_angle: 90.5 },
      description: 'A crane in the harbour',
    });
  });

  it('may leave out what is not known', () => {
    const image = read({
      author_url: ' ',
      taken: '',
      latitude: '',
      longitude: '',
      heading: '',
      description: '',
    });
    expect(Object.keys(image).sort()).toEqual(['author', 'license', 'sourceUrl', 'url']);
  });

  it.each([
    ['2019', 'year', '2019-01-01', '2019'],
    ['2019-07', 'month', '2019-07-01', '2019-07'],
    ['2019-07-31', 'day', '2019-07-31', '2019-07-31'],
    ['2019-07-31T23:30:00+02:00', 'day', '2019-07-31', '2019-07-31'],
    ['2019-07-31 23:30', 'day', '2019-07-31', '2019-07-31'],
    ['2019-07-31t00:30:00.5-0200', 'day', '2019-07-31', '2019-07-31'],
  ])('knows when it was made as exactly as it is told: %s', (taken, precision, date, text) => {
    expect(read({ taken }).taken).toMatchObject({ precision, date, text });
  });

  it('turns a time with a zone into UTC', () => {
    expect(read({ taken: '2019-07-31T23:30:00+02:00' }).taken?.at).toBe('2019-07-31T21:30:00.000Z');
  });

  it.each([
    '2019-13',
    '2019-02-30',
    '31.7.2019',
    '07/31/2019',
    '2019-07-31T25:00',
    '1599',
    '2026-06-04',
    'soon',
  ])('refuses the time %s', (taken) => {
    expect(refusalOf({ taken })).toMatch(/^manifest-taken: “.*” in the column taken .+\.$/);
  });

  it.each([
    [{ url: '' }, 'manifest-url: The column url is empty.'],
    [
      { url: 'ftp://example.org/a.jpg' },
      'manifest-url: “ftp://example.org/a.jpg” in the column url is no address',
    ],
    [{ url: 'https://me:secret@example.org/' }, 'manifest-url: '],
    [
      { source_url: 'example.org/crane' },
      'manifest-source-url: “example.org/crane” in the column source_url',
    ],
    [{ source_url: `https://example.org/${'a'.repeat(500)}` }, 'manifest-source-url: The address'],
    [{ author: ' ' }, 'manifest-author: The column author is empty.'],
    [{ author: 'x'.repeat(401) }, "manifest-author: The author's name must"],
    [{ author_url: 'javascript:alert(1)' }, 'manifest-author-url: '],
    [{ license: '' }, 'manifest-license: The column license is empty.'],
    [
      { license: 'CC BY-NC-SA 4.0' },
      'manifest-license: The licence is “CC BY-NC-SA 4.0”, which Wikimedia Commons does',
    ],
    [
      { license: 'CC BY' },
      'manifest-license: The licence is “CC BY”, which is not known here: it must be CC0',
    ],
    [{ license: 'CC BY-ND 4.0', copyright_override: 'true' }, 'manifest-license: '],
    [{ copyright_override: 'maybe' }, 'manifest-copyright-override: '],
    [{ latitude: '' }, 'manifest-latitude: '],
    [{ latitude: '90.1' }, 'manifest-latitude: '],
    [{ longitude: '-181' }, 'manifest-longitude: '],
    [{ longitude: '9,99' }, 'manifest-longitude: “9,99” in the column longitude is not a number of degrees'],
    [{ heading: '361' }, 'manifest-heading: '],
    [{ latitude: '', longitude: '' }, 'manifest-heading: There is a heading without coordinates.'],
    [{ description: 'x'.repeat(10_001) }, 'manifest-description: '],
  ])('is refused with the reason: %j', (more, reason) => {
    expect(refusalOf(more)).toContain(reason);
  });

  it('needs no licence where the wikitext speaks for it', () => {
    expect(read({ license: '', copyright_override: 'TRUE' })).not.toHaveProperty('license');
    expect(read({ copyright_override: '1' }).license?.name).toBe('CC BY-SA 4.0');
    expect([undefined, '', '0', 'False'].map(readOverride)).toEqual([false, false, false, false]);
  });

  it('takes a full circle for north', () => {
    expect(read({ heading: '360' }).location?.compass_angle).toBe(0);
  });
});

describe('a licence', () => {
  it.each([
    ['CC BY-SA 3.0', 'Q14946043'],
    ['cc-by-sa-2.5', 'Q19113751'],
    [' CC_BY 2.0 ', 'Q19125117'],
    ['https://creativecommons.org/licenses/by/4.0/', 'Q20007257'],
    ['http://www.creativecommons.org/licenses/by-sa/4.0/deed.de', 'Q18199165'],
    ['CC0', 'Q6938433'],
    ['CC0 1.0', 'Q6938433'],
    ['CC-Zero', 'Q6938433'],
    ['https://creativecommons.org/publicdomain/zero/1.0', 'Q6938433'],
  ])('is known by %s', (name, item) => {
    expect(readLicense(name).item).toBe(item);
  });

  it.each(['', 'public domain', 'CC BY-SA 5.0', 'CC BY 3.0 DE', 'GFDL'])('is not known by “%s”', (name) => {
    expect(() => readLicense(name)).toThrow(RefusedError);
  });
});
