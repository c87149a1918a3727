import {
  LONGEST_CRON,
  RUN_ORDERS,
  SCHEDULE_ORDERS,
  type RunOrder,
  type ScheduleOrder,
} from '#app/persistence';
import {
  JOB_STATUSES,
  SCHEDULE_KINDS,
  type ImageSourceName,
  type JobStatus,
  type ScheduleKind,
} from '#app/protocol';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { OrAbsent } from '../http/or-absent.js';
import { pageOf, sortedPageQuery } from '../http/paging.js';
import { JobErrorDto } from '../jobs/job-status.dto.js';

const LEAST_MINUTES = 5;
const MOST_MINUTES = 60 * 24 * 366;
const MOST_DEPTH = 10;
const MAX_TITLE = 300;
const WATCHED_SOURCES = ['mapillary', 'flickr'] as const satisfies readonly ImageSourceName[];
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export class SchedulesQuery extends sortedPageQuery<ScheduleOrder>(SCHEDULE_ORDERS) {}
export class RunsQuery extends sortedPageQuery<RunOrder>(RUN_ORDERS) {}

/** What the kind is told; nothing for refresh-wanted-categories and clean-cache. */
export class ScheduleParamsDto {
  @ApiPropertyOptional({
    maxLength: MAX_TITLE,
    description: 'import-category: with or without “Category:”',
    example: 'Streets in Berlin',
  })
  @OrAbsent()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_TITLE)
  category?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MOST_DEPTH,
    description: 'import-category: levels of subcategories; 0 unless told',
  })
  @OrAbsent()
  @IsInt()
  @Min(0)
  @Max(MOST_DEPTH)
  depth?: number;

  @ApiPropertyOptional({ enum: WATCHED_SOURCES, description: 'watch-collection' })
  @OrAbsent()
  @IsIn(WATCHED_SOURCES)
  handler?: (typeof WATCHED_SOURCES)[number];

  @ApiPropertyOptional({
    maxLength: 2_048,
    description: "watch-collection: a collection's id or any address of it",
  })
  @OrAbsent()
  @IsString()
  @IsNotEmpty()
  @MaxLength(2_048)
  collection?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description:
      'watch-collection: queues new images for upload as this preset says. Its title template, caption and categories may have the fields of the web client, such as {{captured.date}}; the title needs {{mapillary.photo.id}}. An image that has nothing for a field is left out.',
  })
  @OrAbsent()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  preset_id?: number;
}

export class WriteScheduleDto {
  @ApiProperty({ maxLength: 255, example: 'Old town, nightly' })
  @IsString()
  @MaxLength(255)
  @Matches(/\S/, { message: 'name must not be blank' })
  name!: string;

  @ApiProperty({
    enum: SCHEDULE_KINDS,
    enumName: 'ScheduleKind',
    description: 'refresh-wanted-categories and clean-cache: administrators only',
  })
  @IsIn(SCHEDULE_KINDS)
  kind!: ScheduleKind;

  @ApiProperty({ type: ScheduleParamsDto })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => ScheduleParamsDto)
  params!: ScheduleParamsDto;

  @ApiPropertyOptional({
    maxLength: LONGEST_CRON,
    example: '30 2 * * *',
    description:
      'Minute, hour, day of the month, month, day of the week, as in crontab(5). Either this or every_minutes. Where hours are named, a time that clocks jump over comes when they have jumped, and one that they show twice comes the first time; with * for the hour, every hour of real time counts.',
  })
  @OrAbsent()
  @IsString()
  @MaxLength(LONGEST_CRON)
  cron?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: LEAST_MINUTES,
    maximum: MOST_MINUTES,
    description: 'Of real time, counted from the creation. Either this or cron.',
  })
  @OrAbsent()
  @IsInt()
  @Min(LEAST_MINUTES)
  @Max(MOST_MINUTES)
  every_minutes?: number;

  @ApiPropertyOptional({ default: 'UTC', maxLength: 64, description: 'Name in the tz database' })
  @OrAbsent()
  @IsString()
  @MaxLength(64)
  time_zone?: string;

  @ApiPropertyOptional({ format: 'date', description: 'First active day, in the time zone' })
  @OrAbsent()
  @IsString()
  @Matches(DATE)
  active_from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last active day, in the time zone' })
  @OrAbsent()
  @IsString()
  @Matches(DATE)
  active_until?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 23,
    description: 'First active hour of the day, in the time zone; with hours_until',
  })
  @OrAbsent()
  @IsInt()
  @Min(0)
  @Max(23)
  hours_from?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 24,
    description: 'Hour at which the active ones end; at or before hours_from, they go over midnight',
  })
  @OrAbsent()
  @IsInt()
  @Min(1)
  @Max(24)
  hours_until?: number;

  @ApiPropertyOptional({ type: 'boolean', default: true })
  @OrAbsent()
  @IsBoolean()
  enabled?: boolean;
}

export class ScheduleDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: SCHEDULE_KINDS, enumName: 'ScheduleKind' })
  kind!: ScheduleKind;

  @ApiProperty({ type: ScheduleParamsDto })
  params!: ScheduleParamsDto;

  @ApiPropertyOptional()
  cron?: string;

  @ApiPropertyOptional({ type: 'integer' })
  every_minutes?: number;

  @ApiProperty()
  time_zone!: string;

  @ApiPropertyOptional({ format: 'date' })
  active_from?: string;

  @ApiPropertyOptional({ format: 'date' })
  active_until?: string;

  @ApiPropertyOptional({ type: 'integer' })
  hours_from?: number;

  @ApiPropertyOptional({ type: 'integer' })
  hours_until?: number;

  @ApiProperty()
  enabled!: boolean;

  @ApiPropertyOptional({ format: 'date-time', description: 'Absent when it is disabled' })
  next_slot_at?: string;

  @ApiProperty({ type: 'integer', description: 'Failed runs in a row; with the fifth it is disabled' })
  failures!: number;

  @ApiPropertyOptional({ description: 'Why it was disabled by itself' })
  disabled_reason?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  disabled_at?: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class ScheduleRunDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty({
    format: 'date-time',
    description: 'When it was to run; of a run by hand, when it was asked for',
  })
  slot_at!: string;

  @ApiProperty({ description: 'Asked for by hand' })
  manual!: boolean;

  @ApiProperty({ enum: JOB_STATUSES, enumName: 'JobStatus' })
  status!: JobStatus;

  @ApiProperty({ type: 'integer', description: 'Units of work that are done' })
  done!: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Units of work, once known' })
  total?: number;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  started_at?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  ended_at?: string;

  @ApiPropertyOptional({ type: JobErrorDto, description: 'Why it did not complete' })
  error?: JobErrorDto;
}

export class SchedulePageDto extends pageOf(ScheduleDto) {}
export class ScheduleRunPageDto extends pageOf(ScheduleRunDto) {}
