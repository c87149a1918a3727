import { FILE_ORDERS, type FileOrder } from '#app/persistence';
import { IMAGE_SOURCE_NAMES, type ImageSourceName } from '#app/protocol';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { OrAbsent } from '../http/or-absent.js';
import { pageOf, PageQuery, sortedPageQuery } from '../http/paging.js';
import { QueryBoolean, QueryDate, QueryInteger, QueryText } from '../http/query-fields.js';
import { JobStatusDto } from '../jobs/job-status.dto.js';

const IMPORT_METHODS = ['category'] as const;
const MOST_DEPTH = 10;
const MAX_TITLE = 300;
const MAX_INPUT = 2_000;

export class CreateImportDto {
  @ApiProperty({ enum: IMPORT_METHODS })
  @IsIn(IMPORT_METHODS)
  import_method!: (typeof IMPORT_METHODS)[number];

  @ApiProperty({
    maxLength: MAX_TITLE,
    description: 'With or without “Category:”',
    example: 'Streets in Berlin',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_TITLE)
  category!: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MOST_DEPTH,
    default: 0,
    description: 'Levels of subcategories whose files are imported as well',
  })
  @OrAbsent()
  @IsInt()
  @Min(0)
  @Max(MOST_DEPTH)
  depth?: number;
}

export class RedirectStepDto {
  @ApiProperty({ description: 'The category that leads on' })
  from!: string;

  @ApiProperty({ description: 'The category that it leads to' })
  to!: string;

  @ApiPropertyOptional({ description: 'The template that says so; absent for a redirect of the wiki itself' })
  template?: string;
}

/** How far an import has come. */
export class ImportStatusDto extends JobStatusDto {
  @ApiProperty({ type: 'integer', description: 'The same as `done`' })
  files_imported!: number;

  @ApiProperty({ type: 'integer', description: 'Parts of at most 500 files that were read' })
  chunk!: number;

  @ApiProperty({
    type: RedirectStepDto,
    isArray: true,
    description: 'The way from the category that was asked for',
  })
  redirects!: RedirectStepDto[];
}

/** An import of the files of a category. */
export class ImportDto extends ImportStatusDto {
  @ApiProperty({ enum: IMPORT_METHODS })
  import_method!: (typeof IMPORT_METHODS)[number];

  @ApiProperty({ description: 'The category that was asked for' })
  category!: string;

  @ApiPropertyOptional({
    description: 'The category that is read, where redirects lead; absent before it is known',
  })
  resolved_category?: string;

  @ApiProperty({ type: 'integer' })
  depth!: number;

  @ApiProperty({ type: 'integer', description: 'Categories that were found to be read' })
  categories!: number;

  @ApiProperty({ description: 'Whether there were more subcategories than are read' })
  is_truncated!: boolean;

  @ApiProperty({ type: 'integer', description: 'Pages that have no file, e.g. redirects' })
  pages_without_file!: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Until when the files can be had' })
  expires_at?: string;
}

export class ImportPageDto extends pageOf(ImportDto) {}

export class ImportsQuery extends PageQuery {}

export class ImportFilesQuery extends sortedPageQuery<FileOrder>(FILE_ORDERS) {
  @QueryBoolean({ fallback: true, description: 'Ascending' })
  override asc = true;

  @QueryText({ max: 255, description: 'Text that the name has in it, in any case' })
  name?: string;

  @QueryText({ max: 255, description: 'For example image/jpeg, or image/ for all that begin so' })
  mime?: string;

  @QueryText({ max: 255, description: 'User name' })
  first_uploader?: string;

  @QueryText({ max: 255, description: 'User name' })
  latest_uploader?: string;

  @QueryText({
    max: MAX_TITLE,
    description: 'The category, of those that were read, in which the file was found first',
  })
  category?: string;

  @QueryDate({ description: 'Day of the first version, in UTC' })
  uploaded_from?: string;

  @QueryDate({ description: 'That day included' })
  uploaded_to?: string;

  @QueryInteger({ min: 1, max: 1_000_000, description: 'Pixels that width and height have at least' })
  min_side?: number;
}

export class ImportFileDto {
  @ApiProperty({ description: 'Without “File:”, with blanks' })
  name!: string;

  @ApiProperty({ type: 'integer' })
  page_id!: number;

  @ApiProperty({ description: 'The category in which it was found first' })
  category!: string;

  @ApiProperty({ type: 'integer', description: 'Pixels; 0 for what is no picture' })
  width!: number;

  @ApiProperty({ type: 'integer', description: 'Pixels; 0 for what is no picture' })
  height!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes' })
  size!: number;

  @ApiProperty({ example: 'image/jpeg' })
  mime!: string;

  @ApiProperty({ description: '40 hexadecimal digits; empty where the wiki hides it' })
  sha1!: string;

  @ApiProperty({ type: String, nullable: true, description: 'null where the wiki hides it' })
  first_uploader!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  first_uploaded_at!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'null where the wiki hides it' })
  latest_uploader!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  latest_uploaded_at!: string | null;
}

export class ImportFilePageDto extends pageOf(ImportFileDto) {}

export class CompareQuery extends PageQuery {
  @QueryBoolean({ fallback: true, description: 'In the order of the collection, or in the opposite one' })
  override asc = true;

  @ApiProperty({
    enum: IMAGE_SOURCE_NAMES,
    enumName: 'ImageSourceName',
    description: 'The source of the collection',
  })
  @IsIn(IMAGE_SOURCE_NAMES)
  handler!: ImageSourceName;

  @ApiProperty({ maxLength: MAX_INPUT, description: 'Its id or an address of it' })
  @IsString()
  @Matches(/\S/, { message: 'collection must not be blank' })
  @MaxLength(MAX_INPUT)
  collection!: string;
}

export const FOUND_BY = ['uploads', 'structured_data', 'file_name'] as const;
export type FoundBy = (typeof FOUND_BY)[number];

export class ComparedFileDto {
  @ApiProperty({ description: 'With “File:”' })
  title!: string;

  @ApiProperty({
    enum: FOUND_BY,
    isArray: true,
    description:
      'uploads: this service uploaded the image under this title; structured_data: a statement of the file names the image; file_name: the id of the image is in the name',
  })
  found_by!: FoundBy[];
}

export class ComparedImageDto {
  @ApiProperty({ description: 'Id at the source' })
  id!: string;

  @ApiProperty({
    type: ComparedFileDto,
    isArray: true,
    description: 'Files of the import that show it; none: it is not there',
  })
  files!: ComparedFileDto[];
}

export class ComparisonDto extends pageOf(ComparedImageDto) {
  @ApiProperty({ type: 'integer', description: 'Images on this page that are among the files of the import' })
  present!: number;

  @ApiProperty({
    enum: FOUND_BY,
    isArray: true,
    description: 'What could not be looked at just now: images without a file may be there all the same',
  })
  unchecked!: FoundBy[];
}
