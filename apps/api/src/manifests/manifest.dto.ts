import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { QueryBoolean } from '../http/query-fields.js';
import type { RowStatus } from './checked-row.js';

export class ManifestQuery {
  @QueryBoolean({ fallback: false, description: 'Only tells what would happen; nothing is created' })
  dry_run = false;
}

/** The form, as the documentation shows it. */
export class ManifestForm {
  @ApiProperty({ type: 'string', format: 'binary', description: 'CSV (RFC 4180, UTF-8) or a JSON list' })
  file!: unknown;
}

export class ManifestRowDto {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'From 1, the header not counted' })
  row!: number;

  @ApiProperty()
  id!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ enum: ['ok', 'warning', 'error'] })
  status!: RowStatus;

  @ApiPropertyOptional({ description: 'Of the error or the warning, for programs' })
  code?: string;

  @ApiPropertyOptional({ description: 'The same for people' })
  message?: string;
}

export class ManifestReportDto {
  @ApiProperty()
  dry_run!: boolean;

  @ApiPropertyOptional({ type: 'integer', description: 'The batch that was created' })
  batch_id?: number;

  @ApiProperty({ type: 'integer' })
  total!: number;

  @ApiProperty({ type: 'integer' })
  ok!: number;

  @ApiProperty({ type: 'integer' })
  warnings!: number;

  @ApiProperty({ type: 'integer' })
  errors!: number;

  @ApiProperty({ type: ManifestRowDto, isArray: true, description: 'In the order of the file' })
  rows!: ManifestRowDto[];
}
