import type { DataValue, Snak } from '#app/protocol';

type Of<T extends DataValue['type']> = Extract<DataValue, { type: T }>['value'];

const lastSegment = (address: string): string => address.slice(address.lastIndexOf('/') + 1);

const ENTITY_PREFIX = { item: 'Q', property: 'P' } as const;

const entityKey = (value: Of<'wikibase-entityid'>): string =>
  value.id || `${ENTITY_PREFIX[value['entity-type']]}${value['numeric-id']}`;

/** Decimal text without sign, padding or trailing zeros: `+05472.0` and `5472` are one number. */
const decimalKey = (amount: string): string => {
  const plain = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(amount.trim());
  if (!plain) return String(Number(amount));
  const [, sign = '', whole = '', fraction = ''] = plain;
  const digits = `${whole || '0'}${fraction && `.${fraction}`}`;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
};

/** The parts of a point in time that its precision speaks of: 9 is a year, 10 a month, 11 a day. */
const timeKey = ({ time, precision, calendarmodel }: Of<'time'>): string => {
  const parts = /^([+-]?)0*(\d+)-(\d\d)-(\d\d)T(.*)$/.exec(time);
  if (!parts) return `${time} ${precision}`;
  const [, sign, year = '', month = '', day = '', clock = ''] = parts;
  const told = [`${sign === '-' ? '-' : ''}${year}`];
  if (precision >= 10) told.push(month);
  if (precision >= 11) told.push(day);
  if (precision >= 12) told.push(clock);
  return `${told.join('-')} ${precision} ${lastSegment(calendarmodel)}`;
};

const coordinateKey = ({ latitude, longitude, globe }: Of<'globecoordinate'>): string =>
  `${latitude.toFixed(9)} ${longitude.toFixed(9)} ${lastSegment(globe)}`;

const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

function dataKey(data: DataValue): string {
  switch (data.type) {
    case 'string':
      return data.value.normalize('NFC').trim();
    case 'wikibase-entityid':
      return entityKey(data.value);
    case 'time':
      return timeKey(data.value);
    case 'quantity':
      return `${decimalKey(data.value.amount)} ${lastSegment(data.value.unit)}`;
    case 'globecoordinate':
      return coordinateKey(data.value);
    case 'monolingualtext':
      return `${data.value.language} ${data.value.text.normalize('NFC').trim()}`;
    default:
      // Wikibase has more types than we write.
      return sortedJson(data);
  }
}

/** Two snaks have one key exactly when they say the same; hashes, number formats and uncertainty bounds don't count. */
export const valueKey = (snak: Snak): string =>
  snak.snaktype === 'value'
    ? `${snak.property} ${snak.datavalue.type} ${dataKey(snak.datavalue)}`
    : `${snak.property} ${snak.snaktype}`;
