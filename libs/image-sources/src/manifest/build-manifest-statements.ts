import type { Statement } from '#app/protocol';

import {
  coordinatesSnak,
  dateSnak,
  DEGREE,
  itemSnak,
  newStatement,
  quantitySnak,
  textSnak,
  unknownSnak,
} from '../snaks.js';
import type { ManifestImage } from './read-manifest-row.js';

function creator({ author, authorUrl }: ManifestImage): Statement {
  return newStatement(unknownSnak('P170'), [
    textSnak('P2093', author), // author name string
    ...(authorUrl === undefined ? [] : [textSnak('P2699', authorUrl)]), // URL
  ]);
}

function pointOfView({ location }: ManifestImage): Statement[] {
  if (location === undefined) return [];
  const { latitude, longitude, compass_angle: heading } = location;
  return [
    newStatement(
      coordinatesSnak('P1259', latitude, longitude),
      heading === undefined ? [] : [quantitySnak('P7787', heading, DEGREE)],
    ),
  ];
}

function copyright({ license }: ManifestImage): Statement[] {
  if (license === undefined) return [];
  return [
    newStatement(itemSnak('P6216', license.status.item)), // copyright status
    newStatement(itemSnak('P275', license.item)), // licence
  ];
}

/**
 * Structured data of a file that a row of a manifest tells of.
 * @param withCopyright false leaves out copyright status and licence
 * @see https://commons.wikimedia.org/wiki/Commons:Structured_data/Modeling
 */
export function buildManifestStatements(image: ManifestImage, withCopyright: boolean): Statement[] {
  const { taken, sourceUrl } = image;
  return [
    creator(image),
    ...(taken === undefined ? [] : [newStatement(dateSnak('P571', taken.date, taken.precision))]), // inception
    newStatement(itemSnak('P7482', 'Q74228490'), [textSnak('P973', sourceUrl)]), // on the internet, described at
    ...pointOfView(image),
    ...(withCopyright ? copyright(image) : []),
  ];
}
