import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';

/**
 * Fields of query strings, where every value is text. What does not read as the field's type exactly stays text, so that
 * the check of the type refuses it; a field given twice is refused, except where a list is meant.
 */

interface About {
  description?: string;
}

const INTEGER = /^-?(0|[1-9]\d{0,15})$/;

const readInteger = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;

const readBoolean = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

/** An integer. A field with an initial value has that as its default. */
export const QueryInteger = ({
  min,
  max,
  fallback,
  description,
}: { min: number; max: number; fallback?: number } & About): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'integer',
      minimum: min,
      maximum: max,
      ...(fallback !== undefined && { default: fallback }),
      ...(description !== undefined && { description }),
    }),
    Transform(readInteger),
    IsOptional(),
    IsInt(),
    Min(min),
    Max(max),
  );

/** Ids, the field repeated for each, or comma separated. */
export const QueryIds = ({ max, description }: { max: number } & About): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'array',
      items: { type: 'integer', minimum: 1 },
      maxItems: max,
      ...(description !== undefined && { description }),
    }),
    Transform(({ value }: { value: unknown }) =>
      [value]
        .flat()
        .flatMap((one: unknown) => (typeof one === 'string' ? one.split(',') : [one]))
        .map(readId),
    ),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(max),
    IsInt({ each: true }),
    Min(1, { each: true }),
    Max(Number.MAX_SAFE_INTEGER, { each: true }),
  );

const readId = (value: unknown): unknown =>
  typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;

/** `true` or `false`, nothing else. */
export const QueryBoolean = ({
  fallback,
  description,
}: { fallback?: boolean } & About = {}): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'boolean',
      ...(fallback !== undefined && { default: fallback }),
      ...(description !== undefined && { description }),
    }),
    Transform(readBoolean),
    IsOptional(),
    IsBoolean(),
  );

/** One of a few words. */
export const QueryChoice = <T extends string>(
  choices: readonly T[],
  { fallback, description }: { fallback?: T } & About = {},
): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'string',
      enum: [...choices],
      ...(fallback !== undefined && { default: fallback }),
      ...(description !== undefined && { description }),
    }),
    IsOptional(),
    IsIn([...choices]),
  );

/** Any of a few words, the field repeated for each. */
export const QueryChoices = <T extends string>(
  choices: readonly T[],
  { description }: About = {},
): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'string',
      enum: [...choices],
      isArray: true,
      ...(description !== undefined && { description }),
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value)),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(choices.length),
    ArrayUnique(),
    IsIn([...choices], { each: true }),
  );

/** Text of at most `max` characters; what is blank means that nothing is asked for. */
export const QueryText = ({ max, description }: { max: number } & About): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'string',
      maxLength: max,
      ...(description !== undefined && { description }),
    }),
    IsOptional(),
    IsString(),
    MaxLength(max),
  );

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Whether this is a day that exists, as `YYYY-MM-DD`. */
export const isCalendarDate = (value: unknown): boolean => {
  if (typeof value !== 'string' || !DATE.test(value)) return false;
  const midnight = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(value);
};

/** A day in UTC as `YYYY-MM-DD`, one that exists. It stays text. */
export const QueryDate = ({ description }: About = {}): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'string',
      format: 'date',
      ...(description !== undefined && { description }),
    }),
    IsOptional(),
    IsString(),
    Matches(DATE, { message: '$property must be a date as YYYY-MM-DD' }),
    ValidateBy({
      name: 'isCalendarDate',
      validator: { validate: isCalendarDate, defaultMessage: () => '$property must be a day that exists' },
    }),
  );
