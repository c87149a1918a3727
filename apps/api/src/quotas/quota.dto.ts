import {
  QUOTA_ORDERS,
  QUOTA_PERIODS,
  QUOTA_TYPES,
  type QuotaOrder,
  type QuotaPeriod,
  type QuotaType,
} from '#app/persistence';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { OrAbsent } from '../http/or-absent.js';
import { listOf, pageOf, sortedPageQuery } from '../http/paging.js';

const LONGEST_HOURS = 8_760;

export class QuotasQuery extends sortedPageQuery<QuotaOrder>(QUOTA_ORDERS) {}

/** When what was used is given back. */
export class QuotaExpiryDto {
  @ApiProperty({
    enum: QUOTA_PERIODS,
    enumName: 'QuotaPeriod',
    description:
      'day, week, month: at the next midnight, Monday or first of the month (UTC); hours: each after so many hours; until: never, and the quota ends at that moment; never',
  })
  @IsIn(QUOTA_PERIODS)
  period!: QuotaPeriod;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: LONGEST_HOURS, description: 'With hours' })
  @ValidateIf(({ period, hours }: QuotaExpiryDto) => period === 'hours' || hours !== undefined)
  @IsInt()
  @Min(1)
  @Max(LONGEST_HOURS)
  hours?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'With until' })
  @ValidateIf(({ period, until }: QuotaExpiryDto) => period === 'until' || until !== undefined)
  @IsISO8601({ strict: true })
  @Matches(/T.*(Z|[+-]\d\d:\d\d)$/, { message: 'until must be a moment with its offset from UTC' })
  until?: string;
}

/** A quota as an administrator writes it. */
export class QuotaDraftDto {
  @ApiProperty({ minLength: 1, maxLength: 255, description: 'No other quota has it' })
  @IsString()
  @MaxLength(255)
  @Matches(/\S/, { message: 'name must not be blank' })
  name!: string;

  @ApiPropertyOptional({ maxLength: 2000, default: '' })
  @OrAbsent()
  @IsString()
  @MaxLength(2_000)
  description?: string;

  @ApiPropertyOptional({ default: true })
  @OrAbsent()
  @IsBoolean()
  enable?: boolean;

  @ApiProperty({ enum: QUOTA_TYPES, enumName: 'QuotaType', description: 'It cannot be changed later' })
  @IsIn(QUOTA_TYPES)
  type!: QuotaType;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Uploads, bytes or batches',
  })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  value!: number;

  @ApiProperty({ type: QuotaExpiryDto })
  @IsNotEmpty()
  @IsObject()
  @ValidateNested()
  @Type(() => QuotaExpiryDto)
  expire!: QuotaExpiryDto;

  @ApiPropertyOptional({ default: false, description: 'Holds for everybody who has none of its type' })
  @OrAbsent()
  @IsBoolean()
  is_default?: boolean;
}

export class QuotaDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty()
  enable!: boolean;

  @ApiProperty({ enum: QUOTA_TYPES, enumName: 'QuotaType' })
  type!: QuotaType;

  @ApiProperty({ type: 'integer' })
  value!: number;

  @ApiProperty({ type: QuotaExpiryDto })
  expire!: QuotaExpiryDto;

  @ApiProperty()
  is_default!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class QuotaPageDto extends pageOf(QuotaDto) {}

export class QuotaListDto extends listOf(QuotaDto) {}

export class AssignQuotaDto {
  @ApiProperty({ type: 'integer', minimum: 1 })
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  quota_id!: number;
}

export class QuotaStateDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: QUOTA_TYPES, enumName: 'QuotaType' })
  type!: QuotaType;

  @ApiProperty({ type: 'integer' })
  value!: number;

  @ApiProperty({ type: QuotaExpiryDto })
  expire!: QuotaExpiryDto;

  @ApiProperty({ type: 'integer' })
  used!: number;

  @ApiProperty({ type: 'integer' })
  left!: number;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When something is given back, or the quota ends; absent: not by itself',
  })
  resets_at?: string;
}

export class MyQuotasDto {
  @ApiProperty({ description: 'An administrator: no quota holds' })
  exempt!: boolean;

  @ApiProperty({ type: QuotaStateDto, isArray: true, description: 'A type that is missing has no limit' })
  items!: QuotaStateDto[];
}
