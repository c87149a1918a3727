import { isOfSource, RefusedError, type ImageLocation, type ManifestCells } from '#app/protocol';

import { readLicense, type ManifestLicense } from './manifest-licenses.js';
import { readTaken, type Taken } from './read-taken.js';

/** What a row of a manifest tells about its image. */
export interface ManifestImage {
  /** Address of the file. */
  url: string;
  /** Address of the page that shows it. */
  sourceUrl: string;
  author: string;
  authorUrl?: string;
  /** Absent only where the person's own wikitext speaks for it. */
  license?: ManifestLicense;
  taken?: Taken;
  location?: Pick<ImageLocation, 'latitude' | 'longitude' | 'compass_angle'>;
  description?: string;
}

/** Wikibase takes no longer addresses. */
const MAX_ADDRESS = 500;
const MAX_FILE_ADDRESS = 2_048;
const MAX_AUTHOR = 400;
const MAX_DESCRIPTION = 10_000;

const TRUTHS: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  false: false,
  '0': false,
  '': false,
};

const refuse = (column: string, reason: string): RefusedError =>
  new RefusedError(`manifest-${column.replaceAll('_', '-')}`, reason);

/** The cell `copyright_override` of any row. @throws RefusedError */
export function readOverride(cell: string | undefined): boolean {
  const truth = TRUTHS[(cell ?? '').trim().toLowerCase()];
  if (truth !== undefined) return truth;
  throw refuse('copyright_override', 'The column copyright_override must be true or false.');
}

function readRequired(cells: ManifestCells, column: 'url' | 'source_url' | 'author' | 'license'): string {
  const text = cells[column]?.trim().replace(/\s+/g, ' ') ?? '';
  if (text === '') throw refuse(column, `The column ${column} is empty.`);
  return text;
}

function readAddress(column: string, text: string, maxLength = MAX_ADDRESS): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw refuse(column, `“${text}” in the column ${column} is no address of a web page.`);
  }
  if (isOfSource(url)) {
    throw refuse(
      column,
      `The column ${column} leads to a source of its own, which knows the licence: use the handler flickr or mapillary.`,
    );
  }
  if (url.href.length <= maxLength) return url.href;
  throw refuse(column, `The address in the column ${column} is longer than ${maxLength} characters.`);
}

function readDegrees(cells: ManifestCells, column: 'latitude' | 'longitude' | 'heading'): number | undefined {
  const text = cells[column]?.trim() ?? '';
  if (text === '') return undefined;
  if (/^[+-]?\d{1,3}(?:\.\d+)?$/.test(text)) return Number(text);
  throw refuse(column, `“${text}” in the column ${column} is not a number of degrees such as 48.137.`);
}

function readLocation(cells: ManifestCells): ManifestImage['location'] {
  const latitude = readDegrees(cells, 'latitude');
  const longitude = readDegrees(cells, 'longitude');
  const heading = readDegrees(cells, 'heading');
  if (latitude === undefined && longitude === undefined) {
    if (heading === undefined) return undefined;
    throw refuse('heading', 'There is a heading without coordinates.');
  }
  if (latitude === undefined || Math.abs(latitude) > 90) {
    throw refuse('latitude', 'The latitude must be between -90 and 90 degrees, beside a longitude.');
  }
  if (longitude === undefined || Math.abs(longitude) > 180) {
    throw refuse('longitude', 'The longitude must be between -180 and 180 degrees, beside a latitude.');
  }
  if (heading === undefined) return { latitude, longitude };
  if (heading < 0 || heading > 360) throw refuse('heading', 'The heading must be between 0 and 360 degrees.');
  return { latitude, longitude, compass_angle: heading % 360 };
}

function readDescription(cells: ManifestCells): string | undefined {
  const text = cells.description?.trim() ?? '';
  if (text.length <= MAX_DESCRIPTION) return text === '' ? undefined : text;
  throw refuse('description', `The description is longer than ${MAX_DESCRIPTION} characters.`);
}

function readAuthor(cells: ManifestCells): string {
  const author = readRequired(cells, 'author');
  if (author.length <= MAX_AUTHOR && !/\p{Cc}/u.test(author)) return author;
  throw refuse(
    'author',
    `The author's name must have at most ${MAX_AUTHOR} characters, all of them printable.`,
  );
}

/**
 * Reads what a row tells about its image. Whether its file may be downloaded from there is not looked at.
 * @throws RefusedError `manifest-<column>` with the first cell that cannot be, in words
 */
export function readManifestRow(cells: ManifestCells, now = new Date()): ManifestImage {
  const mayLackLicense = readOverride(cells.copyright_override) && (cells.license ?? '').trim() === '';
  const authorUrl = cells.author_url?.trim() ?? '';
  const taken = cells.taken?.trim() ?? '';
  const location = readLocation(cells);
  const description = readDescription(cells);
  return {
    url: readAddress('url', readRequired(cells, 'url'), MAX_FILE_ADDRESS),
    sourceUrl: readAddress('source_url', readRequired(cells, 'source_url')),
    author: readAuthor(cells),
    ...(authorUrl !== '' && { authorUrl: readAddress('author_url', authorUrl) }),
    ...(!mayLackLicense && { license: readLicense(readRequired(cells, 'license')) }),
    ...(taken !== '' && { taken: readTaken(taken, now) }),
    ...(location && { location }),
    ...(description !== undefined && { description }),
  };
}
