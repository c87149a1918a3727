import type { Statement } from '#app/protocol';

import {
  coordinatesSnak,
  dateSnak,
  daySnak,
  itemSnak,
  newStatement,
  textSnak,
  unknownSnak,
} from '../snaks.js';
import { findLicense } from './flickr-licenses.js';
import type { FlickrPhoto } from './flickr-photo.js';
import { largestSize } from './read-flickr-photo.js';
import { pagesOf } from './to-media-image.js';

const FLICKR = 'Q103204';
/** The Biodiversity Heritage Library, which tags its photos with the page they are from. */
const BHL = '61021753@N02';

const ARC_SECOND = 1 / 3_600;
const ARC_MINUTE = 1 / 60;

/** Degrees by Flickr's zoom levels. @see https://commons.wikimedia.org/wiki/Commons:Flickypedia/Data_Modeling */
const PRECISIONS: readonly number[] = [
  0.1, // 0 does not occur
  0.1,
  0.1,
  0.1,
  ARC_MINUTE,
  ARC_MINUTE,
  0.01,
  0.001,
  0.001,
  0.001,
  0.001,
  ARC_SECOND,
  0.0001,
  0.0001,
  ARC_SECOND / 10,
  ARC_SECOND / 10,
  0.00001,
];

export interface StatementOptions {
  /** Address of the web application, `https://www.flickr.com`. */
  webUrl: string;
  /** ISO 8601: when Flickr said all this. */
  retrievedAt: string;
  /** Leaves out copyright status and licence: the wikitext speaks for itself. */
  copyrightOverride: boolean;
  /** The item of Wikidata about the owner, `Q42`, where there is one. */
  creatorItem?: string | null;
  /** For a file that Commons has had already: nothing about this copy, and nothing about its licence. */
  isExisting: boolean;
}

function creator(photo: FlickrPhoto, { webUrl, creatorItem }: StatementOptions): Statement {
  if (creatorItem) return newStatement(itemSnak('P170', creatorItem));
  const { nsid, realname, username } = photo.owner;
  const name = realname || username;
  return newStatement(unknownSnak('P170'), [
    textSnak('P3267', nsid), // Flickr user id
    ...(name === '' ? [] : [textSnak('P2093', name)]), // author name string
    textSnak('P2699', pagesOf(photo, webUrl).profile), // URL
  ]);
}

function source(photo: FlickrPhoto, { webUrl, retrievedAt, isExisting }: StatementOptions): Statement {
  const file = largestSize(photo)?.url;
  return newStatement(itemSnak('P7482', 'Q74228490'), [
    // source of file: on the internet
    textSnak('P973', pagesOf(photo, webUrl).photo), // described at
    itemSnak('P137', FLICKR), // operator
    ...(isExisting || file === undefined ? [] : [textSnak('P2699', file)]),
    ...(isExisting ? [] : [daySnak('P813', retrievedAt)]), // retrieved
  ]);
}

function publication({ postedAt }: FlickrPhoto): Statement {
  const posted = new Date(postedAt * 1_000).toISOString();
  return newStatement(itemSnak('P1433', FLICKR), postedAt > 0 ? [daySnak('P577', posted)] : []);
}

function inception({ taken }: FlickrPhoto): Statement[] {
  if (taken === undefined) return [];
  const { date, precision } = taken;
  return precision === 'circa'
    ? [newStatement(dateSnak('P571', date, 'year'), [itemSnak('P1480', 'Q5727902')])]
    : [newStatement(dateSnak('P571', date, precision))];
}

function pointOfView({ location }: FlickrPhoto): Statement[] {
  if (location === undefined) return [];
  const { latitude, longitude, accuracy } = location;
  return [newStatement(coordinatesSnak('P1259', latitude, longitude, PRECISIONS[Math.round(accuracy)]))];
}

function copyright({ license: id }: FlickrPhoto): Statement[] {
  const license = findLicense(id);
  const status = license?.status;
  return [
    ...(status === undefined
      ? []
      : [
          newStatement(
            itemSnak('P6216', status.item),
            (status.qualifiers ?? []).map(([property, item]) => itemSnak(property, item)),
          ),
        ]),
    ...(license?.item === undefined ? [] : [newStatement(itemSnak('P275', license.item))]),
  ];
}

function bhlPage({ owner, tags }: FlickrPhoto): Statement[] {
  const pages = tags.flatMap((tag) => /^bhl:page=(\d+)$/.exec(tag)?.[1] ?? []);
  const [page] = pages;
  return owner.nsid === BHL && page !== undefined && pages.length === 1
    ? [newStatement(textSnak('P687', page))]
    : [];
}

/**
 * Structured data of a file that comes from Flickr.
 * @see https://commons.wikimedia.org/wiki/Commons:Flickypedia/Data_Modeling
 * @see https://commons.wikimedia.org/wiki/Commons:Structured_data/Modeling
 */
export function buildFlickrStatements(photo: FlickrPhoto, options: StatementOptions): Statement[] {
  return [
    creator(photo, options),
    newStatement(textSnak('P12120', photo.id)), // Flickr photo id
    publication(photo),
    ...inception(photo),
    source(photo, options),
    ...pointOfView(photo),
    ...bhlPage(photo),
    ...(options.copyrightOverride || options.isExisting ? [] : copyright(photo)),
  ];
}
