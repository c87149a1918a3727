import { STORAGE_ORDERS } from '#app/persistence';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { OrAbsent } from '../http/or-absent.js';
import { pageOf, sortedPageQuery } from '../http/paging.js';
import { QueryBoolean, QueryDate, QueryIds, QueryInteger, QueryText } from '../http/query-fields.js';
import { LocalResourceDto, ResourceDto, S3PlaceDto, S3ResourceDto } from './resource.dto.js';

export class StoragesQueryDto extends sortedPageQuery(STORAGE_ORDERS) {
  @QueryIds({ max: 100, description: 'Only these' })
  ids?: number[];

  @QueryText({ max: 255, description: 'In the name or the description' })
  keyword?: string;

  @QueryBoolean()
  active?: boolean;

  @QueryInteger({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Those that hold exports of the batch or the import with this id',
  })
  collection_id?: number;

  @QueryDate({ description: 'Created on this day (UTC) or later' })
  created_from?: string;

  @QueryDate({ description: 'Created on this day (UTC) or earlier' })
  created_to?: string;
}

/** A storage as an administrator writes it. */
@ApiExtraModels(LocalResourceDto, S3ResourceDto, S3PlaceDto)
export class StorageDraftDto {
  @ApiProperty({ minLength: 1, maxLength: 255, description: 'No other storage has it' })
  @IsString()
  @MaxLength(255)
  @Matches(/\S/, { message: 'name must not be blank' })
  name!: string;

  @ApiPropertyOptional({ maxLength: 2000, default: '' })
  @OrAbsent()
  @IsString()
  @MaxLength(2_000)
  description?: string;

  @ApiProperty({
    oneOf: [{ $ref: getSchemaPath(LocalResourceDto) }, { $ref: getSchemaPath(S3ResourceDto) }],
    discriminator: {
      propertyName: 'kind',
      mapping: { local: getSchemaPath(LocalResourceDto), s3: getSchemaPath(S3ResourceDto) },
    },
  })
  @IsNotEmpty()
  @IsObject()
  @ValidateNested()
  @Type(() => ResourceDto, {
    keepDiscriminatorProperty: true,
    discriminator: {
      property: 'kind',
      subTypes: [
        { name: 'local', value: LocalResourceDto },
        { name: 's3', value: S3ResourceDto },
      ],
    },
  })
  resource!: LocalResourceDto | S3ResourceDto;

  @ApiPropertyOptional({ default: true, description: 'An inactive storage takes no new exports' })
  @OrAbsent()
  @IsBoolean()
  active?: boolean;
}

export class StorageDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ oneOf: [{ $ref: getSchemaPath(LocalResourceDto) }, { $ref: getSchemaPath(S3PlaceDto) }] })
  resource!: LocalResourceDto | S3PlaceDto;

  @ApiProperty()
  active!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  modified_at!: string;
}

export class StoragePageDto extends pageOf(StorageDto) {}

export class StorageCheckDto {
  @ApiProperty({ enum: [true], description: 'Files can be written, read and removed' })
  reachable!: true;
}
