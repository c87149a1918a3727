import { ApiError } from './api-error.js';
import type { Snak, Statement } from './wikibase-values.js';

type DataType =
  | 'wikibase-item'
  | 'string'
  | 'external-id'
  | 'url'
  | 'time'
  | 'quantity'
  | 'globe-coordinate'
  | 'monolingualtext'
  | 'commonsMedia';

/** The properties that photographs on Commons carry; any other is unknown here. */
const PROPERTIES: Record<string, DataType> = {
  ...typed(
    'wikibase-item',
    'P31',
    'P170',
    'P180',
    'P137',
    'P275',
    'P6216',
    'P7482',
    'P1433',
    'P1001',
    'P459',
    'P1480',
    'P4082',
    'P2043',
    'P195',
    'P921',
  ),
  ...typed('external-id', 'P1947', 'P12120', 'P3267', 'P13988', 'P687', 'P4174'),
  ...typed('string', 'P2093', 'P3831', 'P528'),
  ...typed('url', 'P973', 'P2699', 'P854'),
  ...typed('time', 'P571', 'P577', 'P813', 'P1319', 'P1326'),
  ...typed('quantity', 'P2048', 'P2049', 'P7787', 'P2047', 'P6757', 'P6789', 'P2151', 'P6790'),
  ...typed('globe-coordinate', 'P1259', 'P625', 'P9149'),
  ...typed('monolingualtext', 'P1476', 'P7535'),
};

function typed(type: DataType, ...properties: string[]): Record<string, DataType> {
  return Object.fromEntries(properties.map((property) => [property, type]));
}

const VALUE_TYPES: Record<DataType, string> = {
  'wikibase-item': 'wikibase-entityid',
  string: 'string',
  'external-id': 'string',
  url: 'string',
  commonsMedia: 'string',
  time: 'time',
  quantity: 'quantity',
  'globe-coordinate': 'globecoordinate',
  monolingualtext: 'monolingualtext',
};

const MAX_STRING = 1500;

const malformed = (info: string): ApiError => new ApiError('invalid-claim', info);
const refused = (name: string, info: string, ...parameters: string[]): ApiError =>
  new ApiError('modification-failed', info, { messages: [{ name, parameters, html: info }] });

/** A value for an error's text. */
const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a statement from the data of an edit, as strictly as Wikibase does. @throws ApiError */
export function readStatement(value: unknown): Omit<Statement, 'id'> & { id?: string } {
  if (!isRecord(value)) throw malformed('Claim must be an array');
  if (value['type'] !== 'statement') throw malformed('"type" must be "statement"');
  const rank = value['rank'] ?? 'normal';
  if (!['preferred', 'normal', 'deprecated'].includes(shown(rank)))
    throw malformed(`Unknown rank "${shown(rank)}"`);
  const id = value['id'];
  if (id !== undefined && typeof id !== 'string') throw malformed('"id" must be a string');
  const qualifiers = value['qualifiers'] === undefined ? undefined : readSnaks(value['qualifiers']);
  const references = value['references'] === undefined ? undefined : readReferences(value['references']);
  return {
    ...(id === undefined ? {} : { id }),
    type: 'statement',
    rank: shown(rank),
    mainsnak: readSnak(value['mainsnak']),
    ...(qualifiers === undefined
      ? {}
      : { qualifiers, 'qualifiers-order': readOrder(value['qualifiers-order'], qualifiers) }),
    ...(references === undefined ? {} : { references }),
  };
}

function readOrder(value: unknown, snaks: Record<string, Snak[]>): string[] {
  if (value === undefined) return Object.keys(snaks);
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw malformed('The order of snaks must be a list of properties');
  if (!Object.keys(snaks).every((property) => value.includes(property)))
    throw malformed('The order of snaks misses a property');
  return value;
}

function readReferences(value: unknown): NonNullable<Statement['references']> {
  if (!Array.isArray(value)) throw malformed('References must be a list');
  return value.map((reference: unknown) => {
    if (!isRecord(reference)) throw malformed('A reference must be an array');
    const snaks = readSnaks(reference['snaks']);
    return { hash: '', snaks, 'snaks-order': readOrder(reference['snaks-order'], snaks) };
  });
}

/** Snaks by property; a flat list is accepted as well. */
function readSnaks(value: unknown): Record<string, Snak[]> {
  const flat = Array.isArray(value) ? value : isRecord(value) ? Object.values(value).flat() : null;
  if (flat === null) throw malformed('Snaks must be an array');
  const result: Record<string, Snak[]> = {};
  for (const item of flat) {
    const snak = readSnak(item);
    (result[snak.property] ??= []).push(snak);
  }
  if (isRecord(value)) {
    for (const [property, snaks] of Object.entries(value)) {
      if (!Array.isArray(snaks) || snaks.some((snak) => isRecord(snak) && snak['property'] !== property))
        throw malformed(`Snaks of ${property} have another property`);
    }
  }
  return result;
}

function readSnak(value: unknown): Snak {
  if (!isRecord(value)) throw malformed('A snak must be an array');
  const { snaktype, property, datavalue } = value;
  if (typeof property !== 'string' || !/^P[1-9]\d*$/.test(property))
    throw malformed(`"${shown(property)}" is not a property`);
  const type = PROPERTIES[property];
  if (type === undefined)
    throw refused(
      'wikibase-validator-no-such-property',
      `Property [[Property:${property}|${property}]] not found`,
      property,
    );
  if (snaktype === 'somevalue' || snaktype === 'novalue') {
    if (datavalue !== undefined) throw malformed(`A snak of type ${snaktype} has no datavalue`);
    return { snaktype, property };
  }
  if (snaktype !== 'value') throw malformed(`"${shown(snaktype)}" is not a type of snaks`);
  if (!isRecord(datavalue)) throw malformed('datavalue is missing');
  if (datavalue['type'] !== VALUE_TYPES[type]) {
    throw refused(
      'wikibase-validator-bad-value-type',
      `Bad value type ${shown(datavalue['type'])}, expected ${VALUE_TYPES[type]}`,
      shown(datavalue['type']),
      VALUE_TYPES[type],
    );
  }
  return {
    snaktype,
    property,
    datavalue: { value: checkValue(type, datavalue['value']), type: VALUE_TYPES[type] },
  };
}

function checkValue(type: DataType, value: unknown): unknown {
  switch (type) {
    case 'wikibase-item':
      return checkItem(value);
    case 'time':
      return checkTime(value);
    case 'quantity':
      return checkQuantity(value);
    case 'globe-coordinate':
      return checkCoordinate(value);
    case 'monolingualtext':
      if (!isRecord(value) || typeof value['text'] !== 'string' || typeof value['language'] !== 'string')
        throw malformed('monolingualtext needs text and language');
      return value;
    case 'url':
      checkText(value);
      if (!/^(https?|ftp):\/\/\S+$/.test(shown(value)))
        throw refused('wikibase-validator-bad-url', 'Malformed URL', shown(value));
      return value;
    case 'string':
    case 'external-id':
    case 'commonsMedia':
      checkText(value);
      return value;
  }
}

function checkText(value: unknown): void {
  if (typeof value !== 'string') throw malformed('value must be a string');
  if (value === '')
    throw refused('wikibase-validator-too-short', 'Must be at least one character long', '1', value);
  if ([...value].length > MAX_STRING)
    throw refused(
      'wikibase-validator-too-long',
      `Must be no more than ${MAX_STRING} characters long`,
      String(MAX_STRING),
      value,
    );
  if (value !== value.trim() || /[\p{Cc}]/u.test(value))
    throw refused('wikibase-validator-malformed-value', `Malformed input: ${value}`, value);
}

function checkItem(value: unknown): unknown {
  if (!isRecord(value)) throw malformed('An entity id must be an array');
  const id = value['id'] ?? `Q${shown(value['numeric-id'])}`;
  if (typeof id !== 'string' || !/^Q[1-9]\d*$/.test(id)) throw malformed(`"${shown(id)}" is not an item`);
  if (value['entity-type'] !== undefined && value['entity-type'] !== 'item')
    throw malformed('entity-type must be "item"');
  return { 'entity-type': 'item', 'numeric-id': Number(id.slice(1)), id };
}

function checkTime(value: unknown): unknown {
  if (!isRecord(value)) throw malformed('A time must be an array');
  const { time, precision } = value;
  for (const name of ['timezone', 'before', 'after', 'precision'])
    if (!Number.isInteger(value[name])) throw malformed(`"${name}" must be an integer`);
  const match = /^[+-]\d{1,16}-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(shown(time));
  if (match === null)
    throw refused('wikibase-validator-malformed-value', `Malformed input: ${shown(time)}`, shown(time));
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  if (month > 12 || day > 31 || hour + minute + second > 0)
    throw refused('wikibase-validator-malformed-value', `Malformed input: ${shown(time)}`, shown(time));
  if (Number(precision) > 11 || Number(precision) < 0)
    throw refused(
      'wikibase-validator-time-precision',
      'Time precision must be a day or coarser',
      shown(precision),
    );
  if ((Number(precision) === 11 && (day === 0 || month === 0)) || (Number(precision) === 10 && month === 0))
    throw malformed('The time is coarser than its precision');
  if (!/^https?:\/\/www\.wikidata\.org\/entity\/Q198(5727|5786)$/.test(shown(value['calendarmodel'])))
    throw malformed('"calendarmodel" must be the URI of a calendar');
  return value;
}

const DECIMAL = /^[+-]([1-9]\d*|0)(\.\d+)?$/;

function checkQuantity(value: unknown): unknown {
  if (!isRecord(value)) throw malformed('A quantity must be an array');
  for (const name of ['amount', 'upperBound', 'lowerBound']) {
    if (name !== 'amount' && value[name] === undefined) continue;
    if (typeof value[name] !== 'string' || !DECIMAL.test(value[name]))
      throw malformed(`"${name}" must be a decimal with a sign: ${shown(value[name])}`);
  }
  if (
    value['unit'] !== '1' &&
    !/^https?:\/\/www\.wikidata\.org\/entity\/Q[1-9]\d*$/.test(shown(value['unit']))
  )
    throw malformed('"unit" must be "1" or the URI of an item');
  return value;
}

function checkCoordinate(value: unknown): unknown {
  if (!isRecord(value)) throw malformed('A coordinate must be an array');
  const { latitude, longitude, precision, globe } = value;
  if (typeof latitude !== 'number' || Math.abs(latitude) > 90)
    throw malformed('"latitude" must be a number within ±90');
  if (typeof longitude !== 'number' || Math.abs(longitude) > 180)
    throw malformed('"longitude" must be a number within ±180');
  if (precision !== null && (typeof precision !== 'number' || precision <= 0 || precision > 360))
    throw malformed('"precision" must be a positive number of degrees or null');
  if (globe !== undefined && !/^https?:\/\/www\.wikidata\.org\/entity\/Q\d+$/.test(shown(globe)))
    throw malformed('"globe" must be the URI of an item');
  return {
    latitude,
    longitude,
    altitude: null,
    precision,
    globe: globe ?? 'http://www.wikidata.org/entity/Q2',
  };
}
