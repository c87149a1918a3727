import { STORAGE_KINDS } from '#app/persistence';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { OrAbsent } from '../http/or-absent.js';

const DIRECTORY = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const ENDPOINT = /^https?:\/\/[^/?#\s@]+\/?$/;
const REGION = /^[A-Za-z0-9-]{1,64}$/;
/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^(?:(?!\.{1,2}\/)[A-Za-z0-9._-]+\/)*$/;
const isEndpoint = (value: unknown): boolean =>
  typeof value === 'string' && ENDPOINT.test(value) && URL.canParse(value);
const VISIBLE = /^[\x21-\x7e]+$/;

/** A resource of any kind; an unknown one is checked as this. */
export class ResourceDto {
  @ApiProperty({ enum: STORAGE_KINDS })
  @IsIn(STORAGE_KINDS)
  kind!: (typeof STORAGE_KINDS)[number];
}

export class LocalResourceDto extends ResourceDto {
  @ApiProperty({ enum: ['local'] })
  declare kind: 'local';

  @ApiProperty({
    pattern: DIRECTORY.source,
    description: 'The name of a directory inside the directory of exports on this server',
  })
  @Matches(DIRECTORY, {
    message: '$property must be a name of small letters, digits, _ and -, without a path',
  })
  directory!: string;
}

/** Written only: no answer has them. */
export class CredentialsDto {
  @ApiProperty({ maxLength: 128, writeOnly: true })
  @IsString()
  @MaxLength(128)
  @Matches(VISIBLE, { message: '$property must be the key as the storage gave it' })
  access_key_id!: string;

  @ApiProperty({ maxLength: 256, writeOnly: true })
  @IsString()
  @MaxLength(256)
  @Matches(VISIBLE, { message: '$property must be the secret as the storage gave it' })
  secret_access_key!: string;
}

class BucketDto extends ResourceDto {
  @ApiProperty({ enum: ['s3'] })
  declare kind: 's3';

  @ApiProperty({
    maxLength: 255,
    example: 'https://s3.example.org',
    description: 'Without a path. Private addresses only where the server names their host:port',
  })
  @MaxLength(255)
  @ValidateBy({
    name: 'isEndpoint',
    validator: {
      validate: isEndpoint,
      defaultMessage: () => '$property must be like https://host or https://host:port',
    },
  })
  endpoint!: string;

  @ApiProperty({ pattern: REGION.source, example: 'eu-central-1' })
  @Matches(REGION)
  region!: string;

  @ApiProperty({ pattern: BUCKET.source })
  @Matches(BUCKET, { message: '$property must be the name of a bucket' })
  bucket!: string;

  @ApiPropertyOptional({ maxLength: 500, pattern: PREFIX.source, default: '' })
  @OrAbsent()
  @MaxLength(500)
  @Matches(PREFIX, {
    message: '$property must be empty or a path that ends with a slash, like exports/curator/',
  })
  prefix?: string;

  @ApiPropertyOptional({ default: true, description: 'endpoint/bucket/key instead of bucket.endpoint/key' })
  @OrAbsent()
  @IsBoolean()
  path_style?: boolean;
}

export class S3ResourceDto extends BucketDto {
  @ApiPropertyOptional({
    type: CredentialsDto,
    writeOnly: true,
    description: 'Needed for a new bucket; what is kept stays without it',
  })
  @OrAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => CredentialsDto)
  credentials?: CredentialsDto;
}

/** A bucket as it is answered. */
export class S3PlaceDto extends BucketDto {
  @ApiProperty({ description: 'Kept encrypted and never shown' })
  has_credentials!: boolean;
}
