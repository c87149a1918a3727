import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { coordinatesSnak, itemSnak, newStatement } from '../snaks.js';
import { aFlickrPhoto } from '../testing/a-flickr-photo.js';
import { buildFlickrStatements } from './build-flickr-statements.js';
import type { FlickrPhoto } from './flickr-photo.js';

type Unknown = 'taken' | 'location';

interface Golden {
  /** What the golden file is about. */
  about: string;
  /** Members that differ from those of `aFlickrPhoto`. */
  photo: Partial<Omit<FlickrPhoto, Unknown>> & { [K in Unknown]?: FlickrPhoto[K] | null };
  copyrightOverride: boolean;
  isExisting: boolean;
  statements: unknown;
}

const folder = new URL('golden/', import.meta.url);

const photoOf = ({ taken, location, ...members }: Golden['photo']): FlickrPhoto => {
  const { taken: usualTime, location: usualPlace, ...photo } = aFlickrPhoto(members);
  const time = taken === undefined ? usualTime : taken;
  const place = location === undefined ? usualPlace : location;
  return { ...photo, ...(time && { taken: time }), ...(place && { location: place }) };
};

describe('buildFlickrStatements', () => {
  const files = readdirSync(folder);

  it('has golden files', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it.each(files)('builds %s', (file) => {
    const { photo, copyrightOverride, isExisting, statements } = JSON.parse(
      readFileSync(new URL(file, folder), 'utf8'),
    ) as Golden;
    const options = {
      webUrl: 'https://www.flickr.com',
      retrievedAt: '2026-02-03T23:59:59.000Z',
      copyrightOverride,
      isExisting,
    };
    expect(buildFlickrStatements(photoOf(photo), options)).toEqual(statements);
  });

  it.each([
    [1, 0.1],
    [3, 0.1],
    [4, 1 / 60],
    [5, 1 / 60],
    [6, 0.01],
    [7, 0.001],
    [10, 0.001],
    [11, 1 / 3_600],
    [12, 0.0001],
    [13, 0.0001],
    [14, 1 / 36_000],
    [15, 1 / 36_000],
    [16, 0.00001],
  ])('knows a place of the accuracy %i to %f degrees', (accuracy, precision) => {
    const photo = aFlickrPhoto({ location: { latitude: 1.5, longitude: 2.5, accuracy } });
    const options = { webUrl: '', retrievedAt: '2026-02-03', copyrightOverride: false, isExisting: false };
    expect(buildFlickrStatements(photo, options)).toContainEqual(
      newStatement(coordinatesSnak('P1259', 1.5, 2.5, precision)),
    );
  });

  it('names the item of the creator where there is one, and nothing that the item tells itself', () => {
    const options = { webUrl: '', retrievedAt: '2026-02-03', copyrightOverride: false, isExisting: false };
    const [creator] = buildFlickrStatements(aFlickrPhoto(), { ...options, creatorItem: 'Q42' });
    expect(creator).toEqual(newStatement(itemSnak('P170', 'Q42')));
  });
});
