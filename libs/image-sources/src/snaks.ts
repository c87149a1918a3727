import type { Snak, Statement } from '#app/protocol';

const ENTITY = 'http://www.wikidata.org/entity/';
/** Unit of angles. */
export const DEGREE = 'Q28390';
/** @see https://www.wikidata.org/wiki/Help:Dates#Precision */
const PRECISIONS = { year: 9, month: 10, day: 11 } as const;
export type DatePrecision = keyof typeof PRECISIONS;

/** @see https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html */
export const textSnak = (property: string, value: string): Snak => ({
  snaktype: 'value',
  property,
  datavalue: { type: 'string', value },
});

export const unknownSnak = (property: string): Snak => ({ snaktype: 'somevalue', property });

/** @param item `Q42` */
export const itemSnak = (property: string, item: string): Snak => ({
  snaktype: 'value',
  property,
  datavalue: {
    type: 'wikibase-entityid',
    value: { 'entity-type': 'item', 'numeric-id': Number(item.slice(1)), id: item },
  },
});

const plain = new Intl.NumberFormat('en-US', { useGrouping: false, maximumFractionDigits: 20 });

/** Plain decimals with a sign: Wikibase takes no exponent. */
const decimal = (value: number): string => `${value < 0 ? '-' : '+'}${plain.format(Math.abs(value))}`;

/** @param unit `Q28390` */
export const quantitySnak = (property: string, value: number, unit: string): Snak => ({
  snaktype: 'value',
  property,
  datavalue: { type: 'quantity', value: { amount: decimal(value), unit: ENTITY + unit } },
});

/** @param date `YYYY-MM-DD`; what is finer than the precision is left out */
export function dateSnak(property: string, date: string, precision: DatePrecision): Snak {
  const [year = '', month = '', day = ''] = date.split('-');
  const known = [year, precision === 'year' ? '00' : month, precision === 'day' ? day : '00'].join('-');
  return {
    snaktype: 'value',
    property,
    datavalue: {
      type: 'time',
      value: {
        time: `+${known}T00:00:00Z`,
        timezone: 0,
        before: 0,
        after: 0,
        precision: PRECISIONS[precision],
        calendarmodel: `${ENTITY}Q1985727`,
      },
    },
  };
}

/** The UTC day of an ISO 8601 time. */
export const daySnak = (property: string, time: string): Snak =>
  dateSnak(property, new Date(time).toISOString().slice(0, 10), 'day');

const FINEST_DECIMALS = 6;

const decimalsOf = (value: number): number => {
  const digits = decimal(value).split('.')[1];
  return digits === undefined ? 0 : digits.length;
};

/**
 * Degrees that the coordinates are told to: as many decimals as they have, but never finer than 1e-6 (11 cm), which
 * is already more than a camera's receiver knows; longer fractions come from converting minutes and seconds.
 */
const coordinatePrecision = (latitude: number, longitude: number): number =>
  Number(`1e-${Math.min(FINEST_DECIMALS, Math.max(decimalsOf(latitude), decimalsOf(longitude)))}`);

/** @param precision degrees; by default as many decimals as the coordinates have */
export const coordinatesSnak = (
  property: string,
  latitude: number,
  longitude: number,
  precision = coordinatePrecision(latitude, longitude),
): Snak => ({
  snaktype: 'value',
  property,
  datavalue: {
    type: 'globecoordinate',
    value: {
      latitude,
      longitude,
      altitude: null,
      precision,
      globe: `${ENTITY}Q2`,
    },
  },
});

/** A new statement; qualifiers keep the order they are given in. */
export function newStatement(mainsnak: Snak, qualifiers: readonly Snak[] = []): Statement {
  const statement: Statement = { type: 'statement', rank: 'normal', mainsnak };
  if (qualifiers.length === 0) return statement;
  const order = [...new Set(qualifiers.map(({ property }) => property))];
  return {
    ...statement,
    qualifiers: Object.fromEntries(
      order.map((property) => [property, qualifiers.filter((snak) => snak.property === property)]),
    ),
    'qualifiers-order': order,
  };
}
