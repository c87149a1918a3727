import { Expose, Transform, Type } from 'class-transformer';
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
  ValidateNested,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { schemaRef } from './schema-names.js';

/** A class without constructor arguments. */
export type MessageClass<T extends object = object> = new () => T;

/** No list in a client's message may be longer than this. */
export const MAX_LIST_LENGTH = 500;

/** Several decorators as one; only what carries one is read from a frame, anything else in it is dropped. */
const field =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, key) => {
    for (const decorate of [Expose(), ...decorators]) decorate(target, key);
  };

const schema = (value: Record<string, unknown>): PropertyDecorator =>
  JSONSchema(() => value) as PropertyDecorator;

/** May be absent; `null`, which some clients send for nothing, is read as absent. */
export const Optional = (): PropertyDecorator =>
  field(
    IsOptional(),
    Transform(({ value }: { value: unknown }) => value ?? undefined),
  );

/** The message's discriminator. */
export const MessageType = (type: string): PropertyDecorator =>
  field(Equals(type), schema({ type: 'string', const: type }));

/** @param maxLength characters */
export const Text = (maxLength: number): PropertyDecorator => field(IsString(), MaxLength(maxLength));

/** Text that is not empty once the blanks around it are gone. @param maxLength characters */
export const TrimmedText = (maxLength: number): PropertyDecorator =>
  field(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsString(),
    IsNotEmpty(),
    MaxLength(maxLength),
  );

/** @param maxLength characters */
export const NonEmptyText = (maxLength: number): PropertyDecorator =>
  field(IsString(), IsNotEmpty(), MaxLength(maxLength));

export const TextMatching = (pattern: RegExp): PropertyDecorator => field(IsString(), Matches(pattern));

export const Flag = (): PropertyDecorator => field(IsBoolean());

export const WholeNumber = (min: number, max: number = Number.MAX_SAFE_INTEGER): PropertyDecorator =>
  field(IsInt(), Min(min), Max(max));

/** An id that some clients take from the address of a page: a number, or its decimal digits as text. */
export const IdOrDigits = (): PropertyDecorator =>
  field(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value,
    ),
    IsInt(),
    Min(1),
    Max(Number.MAX_SAFE_INTEGER),
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
    Type(() => type),
    IsObject(),
    ValidateNested(),
    schema(schemaRef(type)),
  );

/** A list of objects of this class. */
export const ListOf = (
  type: MessageClass,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): PropertyDecorator =>
  field(
    Type(() => type),
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
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
    schema({
      type: 'array',
      items: { type: 'string', ...(maxLength < Number.MAX_SAFE_INTEGER && { maxLength }) },
      ...(max < Number.MAX_SAFE_INTEGER && { maxItems: max }),
    }),
  );

/** One of these texts. */
export const OneOfTexts = (values: readonly string[]): PropertyDecorator =>
  field(IsIn([...values]), schema({ type: 'string', enum: [...values] }));

/** One object of any of these classes. */
export const OneOf = (...types: MessageClass[]): PropertyDecorator =>
  field(IsObject(), schema({ oneOf: types.map(schemaRef) }));

/** An object whose values are of this class. */
export const MapOf = (type: MessageClass): PropertyDecorator =>
  field(IsObject(), schema({ type: 'object', additionalProperties: schemaRef(type) }));

/** Any number, also a fraction. */
export const Decimal = (): PropertyDecorator => field(IsNumber());

/** ISO 8601 in UTC, ending in `Z`. */
export const UtcTime = (): PropertyDecorator =>
  field(IsString(), schema({ type: 'string', format: 'date-time', pattern: 'Z$' }));

/** Text of any length. */
export const AnyText = (): PropertyDecorator => field(IsString());
