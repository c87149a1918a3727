import {
  ArrayMaxSize,
  ArrayMinSize,
  Equals,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { optional, reader, readObject, REFUSED, type MessageClass, type Reader } from './field-readers.js';
import { schemaRef } from './schema-names.js';

/** No list in a client's message may be longer than this. */
export const MAX_LIST_LENGTH = 500;

/**
 * Several decorators as one. Those of class-validator make the document; the reader, where clients send such a field, reads
 * frames. It refuses the same at a fraction of the time, which slices of 500 images need.
 */
const field =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };

const schema = (value: Record<string, unknown>): PropertyDecorator =>
  JSONSchema(() => value) as PropertyDecorator;

/** Keeps a value as it is where it passes. */
const only = (passes: (value: unknown) => boolean): PropertyDecorator =>
  reader((value) => (passes(value) ? value : REFUSED));

/** Characters are code points, as the columns count them. */
const isTextWithin = (value: unknown, maxLength: number): value is string =>
  typeof value === 'string' &&
  (value.length <= maxLength || (value.length <= 2 * maxLength && [...value].length <= maxLength));

/** May be absent; `null`, which some clients send for nothing, is read as absent. */
export const Optional = (): PropertyDecorator => field(IsOptional(), optional);

/** The message's discriminator. */
export const MessageType = (type: string): PropertyDecorator =>
  field(
    Equals(type),
    schema({ type: 'string', const: type }),
    only((value) => value === type),
  );

/** @param maxLength characters */
export const Text = (maxLength: number): PropertyDecorator =>
  field(
    IsString(),
    MaxLength(maxLength),
    only((value) => isTextWithin(value, maxLength)),
  );

/** Half of a character above U+FFFF, which JSON can carry and no column keep. */
const HALF_CHARACTER = /\p{Surrogate}/u;

/** Text that is not empty once the blanks around it are gone. @param maxLength characters */
export const TrimmedText = (maxLength: number): PropertyDecorator =>
  field(
    IsString(),
    IsNotEmpty(),
    MaxLength(maxLength),
    reader((value) => {
      const text = typeof value === 'string' ? value.trim() : '';
      return text !== '' && isTextWithin(text, maxLength) ? text : REFUSED;
    }),
  );

/** Text of whole characters. @param maxLength characters */
export const NonEmptyText = (maxLength: number): PropertyDecorator =>
  field(
    IsString(),
    IsNotEmpty(),
    MaxLength(maxLength),
    only((value) => value !== '' && isTextWithin(value, maxLength) && !HALF_CHARACTER.test(value)),
  );

export const TextMatching = (pattern: RegExp): PropertyDecorator =>
  field(
    IsString(),
    Matches(pattern),
    only((value) => typeof value === 'string' && pattern.test(value)),
  );

export const Flag = (): PropertyDecorator =>
  field(
    IsBoolean(),
    only((value) => typeof value === 'boolean'),
  );

const isWholeNumber = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;

export const WholeNumber = (min: number, max: number = Number.MAX_SAFE_INTEGER): PropertyDecorator =>
  field(
    IsInt(),
    Min(min),
    Max(max),
    only((value) => isWholeNumber(value, min, max)),
  );

/** An id that some clients take from the address of a page: a number, or its decimal digits as text. */
export const IdOrDigits = (): PropertyDecorator =>
  field(
    IsInt(),
    Min(1),
    Max(Number.MAX_SAFE_INTEGER),
    reader((value) => {
      const id = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
      return isWholeNumber(id, 1, Number.MAX_SAFE_INTEGER) ? id : REFUSED;
    }),
    schema({
      oneOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: '^[0-9]{1,16}$' },
      ],
    }),
  );

/** One object of this class. */
export const Nested = (type: MessageClass): PropertyDecorator =>
  field(
    IsObject(),
    schema(schemaRef(type)),
    reader((value) => readObject(type, value)),
  );

const readList = (value: unknown, min: number, max: number, read: Reader): unknown => {
  if (!Array.isArray(value) || value.length < min || value.length > max) return REFUSED;
  const list: unknown[] = [];
  for (const item of value) {
    const kept = read(item);
    if (kept === REFUSED) return REFUSED;
    list.push(kept);
  }
  return list;
};

/** A list of objects of this class. */
export const ListOf = (
  type: MessageClass,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): PropertyDecorator =>
  field(
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    reader((value) => readList(value, min, max, (item) => readObject(type, item))),
    schema({
      type: 'array',
      items: schemaRef(type),
      ...(min > 0 && { minItems: min }),
      ...(max < Number.MAX_SAFE_INTEGER && { maxItems: max }),
    }),
  );

/** A list of texts. @param maxLength characters of one */
export const Texts = (maxLength: number, max: number = Number.MAX_SAFE_INTEGER): PropertyDecorator =>
  field(
    IsArray(),
    ArrayMaxSize(max),
    IsString({ each: true }),
    MaxLength(maxLength, { each: true }),
    reader((value) => readList(value, 0, max, (item) => (isTextWithin(item, maxLength) ? item : REFUSED))),
    schema({
      type: 'array',
      items: { type: 'string', ...(maxLength < Number.MAX_SAFE_INTEGER && { maxLength }) },
      ...(max < Number.MAX_SAFE_INTEGER && { maxItems: max }),
    }),
  );

/** One of these texts. */
export const OneOfTexts = (values: readonly string[]): PropertyDecorator =>
  field(
    IsIn([...values]),
    schema({ type: 'string', enum: [...values] }),
    only((value) => typeof value === 'string' && values.includes(value)),
  );

/** Text of any length. */
export const AnyText = (): PropertyDecorator =>
  field(
    IsString(),
    only((value) => typeof value === 'string'),
  );

/** One object of any of these classes. Only servers send it. */
export const OneOf = (...types: MessageClass[]): PropertyDecorator =>
  field(IsObject(), schema({ oneOf: types.map(schemaRef) }));

/** An object whose values are of this class. Only servers send it. */
export const MapOf = (type: MessageClass): PropertyDecorator =>
  field(IsObject(), schema({ type: 'object', additionalProperties: schemaRef(type) }));

/** Any number, also a fraction. Only servers send it. */
export const Decimal = (): PropertyDecorator => field(IsNumber());

/** ISO 8601 in UTC, ending in `Z`. Only servers send it. */
export const UtcTime = (): PropertyDecorator =>
  field(IsString(), schema({ type: 'string', format: 'date-time', pattern: 'Z$' }));
