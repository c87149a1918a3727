import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { EXPORT_FORMATS, EXPORT_KINDS, type ExportFormat, type ExportKind } from '#app/protocol';
import { OrAbsent } from '../http/or-absent.js';
import { PageQuery, pageOf } from '../http/paging.js';
import { JobStatusDto } from '../jobs/job-status.dto.js';

export class CreateExportDto {
  @ApiProperty({ enum: EXPORT_KINDS, enumName: 'ExportKind' })
  @IsIn(EXPORT_KINDS)
  kind!: ExportKind;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description:
      'The batch or the import. For failed_uploads the batch, or all batches without it. None for my_uploads.',
  })
  @OrAbsent()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  id?: number;

  @ApiProperty({
    enum: EXPORT_FORMATS,
    enumName: 'ExportFormat',
    description:
      'Uploads as csv, json and ndjson have the columns that POST /api/manifests reads. An import as csv has the columns ' +
      'that Montage reads first, then latest uploader and time, page_id, size and sha1. wikitext-gallery shows what has a ' +
      'file page. quickstatements has commands for the captions of uploads and their ids at the source, and of an import ' +
      'a list of M-ids and titles to write commands from.',
  })
  @IsIn(EXPORT_FORMATS)
  format!: ExportFormat;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'Where to keep the file; without it, on this server',
  })
  @OrAbsent()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  storage_id?: number;
}

/** Which of one's own exports are listed, in the order in which they were asked for. */
export class ExportsQuery extends PageQuery {}

export class ExportFileDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ type: 'integer', description: 'Bytes' })
  size!: number;

  @ApiProperty({ type: 'integer' })
  rows!: number;

  @ApiProperty({ format: 'date-time', description: 'The last change of the data in it' })
  data_at!: string;

  @ApiProperty({ format: 'date-time', description: 'From when on it is gone; each download puts it off' })
  expires_at!: string;

  @ApiProperty({ description: 'Path for downloading it' })
  download!: string;
}

/** An export, with how many of its rows are written. */
export class ExportDto extends JobStatusDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty({ enum: EXPORT_KINDS, enumName: 'ExportKind' })
  kind!: ExportKind;

  @ApiPropertyOptional({ type: 'integer', description: 'The batch or the import' })
  subject_id?: number;

  @ApiProperty({ enum: EXPORT_FORMATS, enumName: 'ExportFormat' })
  format!: ExportFormat;

  @ApiPropertyOptional({ type: 'integer' })
  storage_id?: number;

  @ApiPropertyOptional({ type: ExportFileDto, description: 'Once complete, until it expires' })
  file?: ExportFileDto;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the newest export of this batch or import, of anybody, began to read',
  })
  last_exported_at?: string;
}

export class ExportPageDto extends pageOf(ExportDto) {}
