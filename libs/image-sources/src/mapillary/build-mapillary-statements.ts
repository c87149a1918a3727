import type { MediaImage, Statement } from '#app/protocol';

import {
  coordinatesSnak,
  daySnak,
  DEGREE,
  itemSnak,
  newStatement,
  quantitySnak,
  textSnak,
  unknownSnak,
} from '../snaks.js';

const PIXEL = 'Q355198';

/**
 * Structured data of a new file that comes from Mapillary.
 * @param copyrightOverride leaves out copyright status and licence: the wikitext speaks for itself
 * @see https://commons.wikimedia.org/wiki/Commons:Structured_data/Modeling
 */
export function buildMapillaryStatements(image: MediaImage, copyrightOverride: boolean): Statement[] {
  const { id, creator, dates, dimensions, location, urls } = image;
  const heading = location.compass_angle;
  return [
    newStatement(
      unknownSnak('P170'), // creator
      creator.username
        ? [
            textSnak('P2093', creator.username), // author name string
            textSnak('P13988', creator.username), // Mapillary user name
          ]
        : [],
    ),
    newStatement(textSnak('P1947', id)), // Mapillary photo id
    newStatement(itemSnak('P1433', 'Q26757498')), // published in: Mapillary's database
    newStatement(daySnak('P571', dates.taken)), // inception
    newStatement(itemSnak('P7482', 'Q74228490'), [
      // source of file: on the internet
      itemSnak('P137', 'Q17985544'), // operator: Mapillary
      textSnak('P973', urls.url), // described at
    ]),
    newStatement(
      coordinatesSnak('P1259', location.latitude, location.longitude), // coordinates of the point of view
      heading === undefined ? [] : [quantitySnak('P7787', heading, DEGREE)],
    ),
    ...(dimensions.width > 0 ? [newStatement(quantitySnak('P2049', dimensions.width, PIXEL))] : []),
    ...(dimensions.height > 0 ? [newStatement(quantitySnak('P2048', dimensions.height, PIXEL))] : []),
    ...(copyrightOverride
      ? []
      : [
          newStatement(itemSnak('P6216', 'Q50423863')), // copyright status: copyrighted
          newStatement(itemSnak('P275', 'Q18199165')), // licence: CC BY-SA 4.0
        ]),
  ];
}
