import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Post,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentUser, SessionGuard } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { toPage } from '../http/paging.js';
import { AcceptedDto } from '../jobs/job-status.dto.js';
import { CompareCollection } from './compare-collection.js';
import {
  CompareQuery,
  ComparisonDto,
  CreateImportDto,
  ImportDto,
  ImportFilePageDto,
  ImportFilesQuery,
  ImportPageDto,
  ImportStatusDto,
  ImportsQuery,
} from './import.dto.js';
import { Imports } from './imports.service.js';
import { toFilesQuery } from './to-files-query.js';
import { toImportDto, toImportFileDto, toImportStatusDto } from './to-import-dto.js';
import { Throttled } from '../throttle/throttled.js';

const ALWAYS = ['UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED', 'RATE_LIMITED', 'NOT_READY'] as const;

@ApiTags('imports')
@Controller('api/imports')
@UseGuards(SessionGuard)
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly comparison: CompareCollection,
  ) {}

  @Post()
  @Throttled('import')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Imports the files of a category of Commons, in the background',
    description:
      'What others import at the same moment is joined, and what was imported lately is used: the same category and depth are read once within the lifetime of an import. Redirects of categories are followed.',
  })
  @ApiAcceptedResponse({ type: AcceptedDto, headers: { Location: { schema: { type: 'string' } } } })
  @ApiErrors(...ALWAYS)
  async createImport(
    @CurrentUser() user: SignedInUser,
    @Body() { category, depth = 0 }: CreateImportDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedDto> {
    const { id } = await this.imports.request(user, category, depth);
    response.location(`/api/imports/${id}`);
    return { job_id: id };
  }

  @Get()
  @ApiOperation({ summary: 'Your imports' })
  @ApiOkResponse({ type: ImportPageDto })
  @ApiErrors(...ALWAYS)
  async listImports(@CurrentUser() user: SignedInUser, @Query() query: ImportsQuery): Promise<ImportPageDto> {
    const { items, total } = await this.imports.list(user, query);
    return toPage({ items: items.map(toImportDto), total }, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One of your imports' })
  @ApiOkResponse({ type: ImportDto })
  @ApiErrors(...ALWAYS, 'IMPORT_NOT_FOUND')
  async getImport(@CurrentUser() user: SignedInUser, @IdParam() id: number): Promise<ImportDto> {
    return toImportDto(await this.imports.get(user, id));
  }

  @Get(':id/status')
  @ApiOperation({ summary: 'How far one of your imports has come; also on the WebSocket: SUBSCRIBE_IMPORT' })
  @ApiOkResponse({ type: ImportStatusDto })
  @ApiErrors(...ALWAYS, 'IMPORT_NOT_FOUND')
  async getImportStatus(@CurrentUser() user: SignedInUser, @IdParam() id: number): Promise<ImportStatusDto> {
    return toImportStatusDto(await this.imports.get(user, id));
  }

  @Get(':id/files')
  @ApiOperation({ summary: 'The files that an import has found so far, in the order of the category' })
  @ApiOkResponse({ type: ImportFilePageDto })
  @ApiErrors(...ALWAYS, 'IMPORT_NOT_FOUND', 'IMPORT_EXPIRED')
  async listImportFiles(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Query() query: ImportFilesQuery,
  ): Promise<ImportFilePageDto> {
    const { items, total } = await this.imports.listFiles(user, id, toFilesQuery(query));
    return toPage({ items: items.map(toImportFileDto), total }, query);
  }

  @Get(':id/compare')
  @Throttled('compare')
  @ApiOperation({
    summary: 'Which images of a collection are among the files of an import',
    description:
      'Looked for in the record of uploads by this service, in the statements of files as the query service knows them, and in the names of files. Pages are over the images of the collection.',
  })
  @ApiOkResponse({ type: ComparisonDto })
  @ApiErrors(
    ...ALWAYS,
    'IMPORT_NOT_FOUND',
    'IMPORT_EXPIRED',
    'STATE_CONFLICT',
    'NOT_CONFIGURED',
    'UPSTREAM_FAILED',
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  async compareImport(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Query() query: CompareQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ComparisonDto> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const found = await this.imports.getComplete(user, id);
    const { items, total, present, unchecked } = await this.comparison.execute(found, query, gone.signal);
    return { ...toPage({ items, total }, query), present, unchecked };
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Cancels an import that has not ended',
    description: 'It goes on for others who wait for the same category.',
  })
  @ApiOkResponse({ type: ImportDto })
  @ApiErrors(...ALWAYS, 'IMPORT_NOT_FOUND', 'STATE_CONFLICT')
  async cancelImport(@CurrentUser() user: SignedInUser, @IdParam() id: number): Promise<ImportDto> {
    return toImportDto(await this.imports.cancel(user, id));
  }
}
