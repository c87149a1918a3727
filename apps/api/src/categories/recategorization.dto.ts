import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { pageOf, PageQuery } from '../http/paging.js';
import { QueryBoolean } from '../http/query-fields.js';
import { JobStatusDto } from '../jobs/job-status.dto.js';

/** Files that are moved from one category to another. `done` are those of which it is clear what became of them. */
export class RecategorizationDto extends JobStatusDto {
  @ApiProperty({ example: 'Category:Old town' })
  source!: string;

  @ApiProperty({ example: 'Category:New town' })
  target!: string;

  @ApiPropertyOptional({ type: 'integer', description: 'The import of which the files were chosen' })
  import_id?: number;

  @ApiProperty({ type: 'integer', description: 'Files that were moved' })
  moved!: number;

  @ApiProperty({ type: 'integer', description: 'Files that were left as they are; why is at `/untouched`' })
  untouched!: number;

  @ApiProperty({ description: 'It was cancelled, and ends when the files under way are done' })
  cancel_requested!: boolean;
}

export class RecategorizationPageDto extends pageOf(RecategorizationDto) {}

export class RecategorizationsQuery extends PageQuery {}

export class UntouchedFilesQuery extends PageQuery {
  @QueryBoolean({ fallback: true, description: 'By title, ascending' })
  override asc = true;
}

export class UntouchedFileDto {
  @ApiProperty({ example: 'File:Harbour.jpg' })
  title!: string;

  @ApiProperty({ description: 'Fit to show to a person' })
  reason!: string;
}

export class UntouchedFilePageDto extends pageOf(UntouchedFileDto) {}
