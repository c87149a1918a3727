import {
  FAILURE_TYPES,
  IMAGE_SOURCE_NAMES,
  UPLOAD_STATUSES,
  type FailureType,
  type ImageSourceName,
  type Label,
  type StructuredError,
  type UploadStatus,
} from '#app/protocol';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  IsUrl,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { listOf } from '../http/paging.js';
import {
  isLabel,
  isStructuredError,
  readError,
  readFlag,
  readLabels,
  readOptionalText,
} from './edit-fields.js';

const MAX_IDS = 1_000;

export class LabelDto implements Label {
  @ApiProperty()
  language!: string;

  @ApiProperty()
  value!: string;
}

const STRUCTURED_ERROR = { type: 'object', additionalProperties: true, nullable: true } as const;

export class UploadRequestDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty({ type: 'integer' })
  batchid!: number;

  @ApiProperty()
  userid!: string;

  @ApiProperty({ enum: UPLOAD_STATUSES, enumName: 'UploadStatus' })
  status!: UploadStatus;

  @ApiProperty({ description: 'Id of the image at its source' })
  key!: string;

  @ApiProperty({ enum: IMAGE_SOURCE_NAMES, enumName: 'ImageSourceName' })
  handler!: ImageSourceName;

  @ApiProperty()
  collection!: string;

  @ApiProperty()
  filename!: string;

  @ApiProperty()
  wikitext!: string;

  @ApiProperty()
  copyright_override!: boolean;

  @ApiProperty({ type: LabelDto, nullable: true })
  labels!: Label | null;

  @ApiProperty({ type: String, nullable: true })
  result!: string | null;

  @ApiProperty(STRUCTURED_ERROR)
  error!: StructuredError | null;

  @ApiProperty({ type: String, nullable: true, description: 'Address of the file page' })
  success!: string | null;

  @ApiProperty({ description: "The id of its job in the queue; the name is that of an older tool's queue" })
  celery_task_id!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class UploadRequestListDto extends listOf(UploadRequestDto) {}

/** Absent fields stay; only what may be empty may be null. */
const IfGiven = ({ orNull }: { orNull: boolean }): PropertyDecorator =>
  ValidateIf((_edit, value) => value !== undefined && !(orNull && value === null));

const Read = (read: (value: unknown) => unknown): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === undefined ? value : read(value)));

const Satisfies = (name: string, validate: (value: unknown) => boolean, what: string): PropertyDecorator =>
  ValidateBy({ name, validator: { validate, defaultMessage: () => `$property must be ${what}` } });

export class EditUploadRequestDto {
  @ApiPropertyOptional({ enum: ['cancelled', 'failed'] })
  @IfGiven({ orNull: false })
  @IsIn(['cancelled', 'failed'])
  status?: 'cancelled' | 'failed';

  @ApiPropertyOptional({ maxLength: 500 })
  @IfGiven({ orNull: false })
  @IsString()
  @MaxLength(500)
  filename?: string;

  @ApiPropertyOptional()
  @IfGiven({ orNull: false })
  @IsString()
  wikitext?: string;

  @ApiPropertyOptional({ type: LabelDto, nullable: true, description: 'Also as JSON text; blank for none' })
  @Read(readLabels)
  @IfGiven({ orNull: true })
  @Satisfies('isLabel', isLabel, 'a caption with language and value')
  labels?: Label | null;

  @ApiPropertyOptional({ description: 'Also as text' })
  @Read(readFlag)
  @IfGiven({ orNull: false })
  @IsBoolean()
  copyright_override?: boolean;

  @ApiPropertyOptional({
    ...STRUCTURED_ERROR,
    description: 'Also as JSON text; other text is a message; blank for none',
  })
  @Read(readError)
  @IfGiven({ orNull: true })
  @Satisfies('isStructuredError', isStructuredError, 'an error with type and message')
  error?: StructuredError | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 10_000 })
  @Read(readOptionalText)
  @IfGiven({ orNull: true })
  @IsString()
  @MaxLength(10_000)
  result?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 2048,
    description: 'Address of the file page',
  })
  @Read(readOptionalText)
  @IfGiven({ orNull: true })
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @MaxLength(2048)
  success?: string | null;
}

const Ids = (): PropertyDecorator => (target, key) => {
  for (const decorate of [
    ApiProperty({ type: 'integer', isArray: true, minItems: 1, maxItems: MAX_IDS }),
    IsArray(),
    ArrayNotEmpty(),
    ArrayMaxSize(MAX_IDS),
    ArrayUnique(),
    IsInt({ each: true }),
    Min(1, { each: true }),
    Max(Number.MAX_SAFE_INTEGER, { each: true }),
  ]) {
    decorate(target, key);
  }
};

export class UploadIdsDto {
  @Ids()
  ids!: number[];
}

export class RetryDto {
  @Ids()
  upload_ids!: number[];
}

export class CancelledCountDto {
  @ApiProperty({ type: 'integer', description: 'Queued ones, and running ones that were asked to stop' })
  cancelled_count!: number;
}

export class FailedCountDto {
  @ApiProperty({ type: 'integer' })
  failed_count!: number;
}

export class RetriedDto {
  @ApiProperty({ example: 'Retried 3 uploads' })
  message!: string;

  @ApiProperty({ type: 'integer' })
  retried_count!: number;

  @ApiProperty({ type: 'integer' })
  requested_count!: number;

  @ApiProperty({ type: 'integer' })
  new_batch_id!: number;

  @ApiPropertyOptional({
    type: 'integer',
    isArray: true,
    description: 'Further batches, where different images have the same key, which a batch has once',
  })
  more_batch_ids?: number[];
}

export class FailedBatchBatchDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty()
  editGroupId!: string;

  @ApiProperty({ enum: IMAGE_SOURCE_NAMES, enumName: 'ImageSourceName' })
  handler!: ImageSourceName;

  @ApiProperty({ type: 'integer' })
  failedCount!: number;

  @ApiProperty({ type: 'integer' })
  totalUploads!: number;
}

export class FailedBatchUserDto {
  @ApiProperty()
  username!: string;

  @ApiProperty()
  userid!: string;
}

export class FailedUploadDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty()
  filename!: string;

  @ApiProperty({ enum: IMAGE_SOURCE_NAMES, enumName: 'ImageSourceName' })
  handler!: ImageSourceName;

  @ApiProperty({ enum: UPLOAD_STATUSES, enumName: 'UploadStatus' })
  status!: UploadStatus;

  @ApiProperty(STRUCTURED_ERROR)
  error!: StructuredError | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ enum: FAILURE_TYPES, enumName: 'FailureType' })
  errorType!: FailureType;
}

export class FailedBatchDto {
  @ApiProperty({ type: FailedBatchBatchDto })
  batch!: FailedBatchBatchDto;

  @ApiProperty({ type: FailedBatchUserDto })
  user!: FailedBatchUserDto;

  @ApiProperty({ type: FailedUploadDto, isArray: true, description: 'At most 500 of a batch' })
  failedUploads!: FailedUploadDto[];
}

export class FailedBatchListDto extends listOf(FailedBatchDto) {}
