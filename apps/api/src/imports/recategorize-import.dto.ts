import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { OrAbsent } from '../http/or-absent.js';
import { isCalendarDate } from '../http/query-fields.js';

const MOST_PAGES = 5_000;
const MAX_TITLE = 300;
const MAX_TEXT = 255;

/** A blank one is refused: it would choose all files. */
const FilterText = (description: string, max = MAX_TEXT): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: String, minLength: 1, maxLength: max, description }),
    OrAbsent(),
    IsString(),
    MaxLength(max),
    Matches(/\S/, { message: '$property must not be blank' }),
  );

const FilterDate = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: String, format: 'date', description }),
    OrAbsent(),
    ValidateBy({
      name: 'isCalendarDate',
      validator: {
        validate: isCalendarDate,
        defaultMessage: () => '$property must be a day that exists, as YYYY-MM-DD',
      },
    }),
  );

/** The fields by which files are chosen, as in the list of an import's files. */
export class RecategorizeImportDto {
  @ApiProperty({
    maxLength: MAX_TITLE,
    description: 'The category to which the files are moved, with or without “Category:”',
  })
  @IsString()
  @MaxLength(MAX_TITLE)
  @Matches(/\S/, { message: 'target must not be blank' })
  target!: string;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'integer', minimum: 1 },
    minItems: 1,
    maxItems: MOST_PAGES,
    description: 'Pages of files of the import; not together with a filter',
  })
  @OrAbsent()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_PAGES)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(Number.MAX_SAFE_INTEGER, { each: true })
  page_ids?: number[];

  @FilterText('Text that the name has in it, in any case')
  name?: string;

  @FilterText('For example image/jpeg, or image/ for all that begin so')
  mime?: string;

  @FilterText('User name')
  first_uploader?: string;

  @FilterText('User name')
  latest_uploader?: string;

  @FilterText('The category, of those that were read, in which the file was found first', MAX_TITLE)
  category?: string;

  @FilterDate('Day of the first version, in UTC')
  uploaded_from?: string;

  @FilterDate('That day included')
  uploaded_to?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    description: 'Pixels that width and height have at least',
  })
  @OrAbsent()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  min_side?: number;
}
