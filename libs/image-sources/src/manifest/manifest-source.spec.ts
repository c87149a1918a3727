import { describe, expect, it } from '@jest/globals';

import { describeImageSource } from '../image-source-contract.js';
import { aManifestRow, memoryManifests } from '../testing/a-manifest-row.js';
import { ManifestSource } from './manifest-source.js';

const ID = '0b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71';
const LARGE = '1b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71';
const ODD = '2b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71';
const MISSING = '3b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71';

const rows = memoryManifests({
  [ID]: ['a', 'b', 'c'].map((key) => aManifestRow(key)),
  [LARGE]: Array.from({ length: 12 }, (_, index) => aManifestRow(`large ${index}`)),
  [ODD]: [
    aManifestRow('bare', { author_url: '', taken: '', latitude: '', longitude: '', heading: '' }),
    aManifestRow('changed', { license: 'CC BY-NC 4.0' }),
    aManifestRow('own words', { license: '', copyright_override: 'true' }),
  ],
});
const source = new ManifestSource({ rows, largeCollection: 10 });

describeImageSource('manifest', () =>
  Promise.resolve({
    source,
    inputs: [ID, ` ${ID} `, ID.toUpperCase()],
    collectionId: ID,
    imageIds: ['a', 'b', 'c'],
    missing: { input: MISSING, imageId: 'z' },
    malformedInput: 'https://example.org/manifest.csv',
    large: { input: LARGE, imageIds: Array.from({ length: 12 }, (_, index) => `large ${index}`) },
    lacksDimensions: true,
    close: () => Promise.resolve(),
  }),
);

describe('ManifestSource', () => {
  const upload = (key: string) => source.fetchImageMetadata(key, ODD);

  it('tells the time of the manifest where a row tells none, and no place as no place', async () => {
    const found = await upload('bare');
    const { image } = found;
    expect(image.dates.taken).toBe('2026-01-01T12:00:00.000Z');
    expect(image.location).toEqual({ latitude: 0, longitude: 0, accuracy: 0 });
    expect(image.creator.profile_url).toBe('https://example.org/crane');
    expect(found.statements(false).map(({ mainsnak }) => mainsnak.property)).toEqual([
      'P170',
      'P7482',
      'P6216',
      'P275',
    ]);
  });

  it('refuses at the upload what is not free', async () => {
    await expect(upload('changed')).rejects.toMatchObject({ code: 'manifest-license' });
  });

  it('says nothing about the copyright of a file that Commons has had already', async () => {
    const found = await source.fetchImageMetadata('a', ID);
    const properties = found.statements(false, true).map(({ mainsnak }) => mainsnak.property);
    expect(properties).toEqual(['P170', 'P571', 'P7482', 'P1259']);
  });

  it('writes a page for a person who has written none, and adds the licence to any other', async () => {
    const found = await source.fetchImageMetadata('a', ID);
    expect(found.completeWikitext?.(' \n', false)).toMatch(/\{\{Information\n[^]*\{\{Cc-by-sa-4\.0\}\}$/);
    expect(found.completeWikitext?.('', true)).toContain('{{Cc-by-sa-4.0}}');
    expect(found.completeWikitext?.('Mine', false)).toBe('Mine\n\n{{Cc-by-sa-4.0}}');
    const own = await upload('own words');
    expect(own.image).not.toHaveProperty('license');
    expect(own.completeWikitext?.('Mine', true)).toBe('Mine');
    expect(() => own.completeWikitext?.(' ', false)).toThrow('no licence');
  });
});
