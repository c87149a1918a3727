import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentUser, SessionGuard } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { toPage } from '../http/paging.js';
import { AcceptedDto, JobStatusDto, toJobStatus } from '../jobs/job-status.dto.js';
import { CreateExportDto, ExportDto, ExportPageDto, ExportsQuery } from './export.dto.js';
import { Exports } from './exports.service.js';
import { OpenDownload } from './open-download.js';
import { sendDownload } from './send-download.js';
import { toExportDto } from './to-export-dto.js';
import { Throttled } from '../throttle/throttled.js';

const ALWAYS = ['UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED', 'RATE_LIMITED'] as const;

@ApiTags('exports')
@Controller('api/exports')
@UseGuards(SessionGuard)
export class ExportsController {
  constructor(
    private readonly exports: Exports,
    private readonly downloads: OpenDownload,
  ) {}

  @Post()
  @Throttled('export')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Exports uploads or the files of an import, in the background',
    description:
      'Batches can be exported by everybody, all else by its owner. Asked again while the data is unchanged, the same file ' +
      'is given and lives longer; changed data makes a new one. Its status is at the address in Location.',
  })
  @ApiAcceptedResponse({ type: AcceptedDto, headers: { Location: { schema: { type: 'string' } } } })
  @ApiErrors(
    ...ALWAYS,
    'BATCH_NOT_FOUND',
    'IMPORT_NOT_FOUND',
    'IMPORT_EXPIRED',
    'STATE_CONFLICT',
    'STORAGE_NOT_FOUND',
    'STORAGE_CONFLICT',
  )
  async createExport(
    @CurrentUser() user: SignedInUser,
    @Body() wanted: CreateExportDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedDto> {
    const { id, jobId } = await this.exports.request(user, wanted);
    response.location(`/api/exports/${id}`);
    return { job_id: jobId };
  }

  @Get()
  @ApiOperation({ summary: 'Your exports' })
  @ApiOkResponse({ type: ExportPageDto })
  @ApiErrors(...ALWAYS)
  async listExports(@CurrentUser() user: SignedInUser, @Query() query: ExportsQuery): Promise<ExportPageDto> {
    const { items, total } = await this.exports.list(user, query);
    return toPage({ items: items.map((item) => toExportDto(item)), total }, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One of your exports' })
  @ApiOkResponse({ type: ExportDto })
  @ApiErrors(...ALWAYS, 'EXPORT_NOT_FOUND')
  async findExport(@CurrentUser() user: SignedInUser, @IdParam() id: number): Promise<ExportDto> {
    return toExportDto(await this.exports.get(user, id));
  }

  @Get(':id/status')
  @ApiOperation({ summary: 'How far an export has come' })
  @ApiOkResponse({ type: JobStatusDto })
  @ApiErrors(...ALWAYS, 'EXPORT_NOT_FOUND')
  async findExportStatus(@CurrentUser() user: SignedInUser, @IdParam() id: number): Promise<JobStatusDto> {
    return toJobStatus(await this.exports.getJob(user, id));
  }

  @Get(':id/download')
  @Throttled('download')
  @ApiOperation({ summary: 'The file of an export, whole or a range of it' })
  @ApiOkResponse({ description: 'The file', content: { 'application/octet-stream': {} } })
  @ApiResponse({ status: 206, description: 'The range that was asked for' })
  @ApiResponse({ status: 302, description: 'To a short-lived address of the storage' })
  @ApiResponse({ status: 304, description: 'As the client has it' })
  @ApiErrors(
    ...ALWAYS,
    'EXPORT_NOT_FOUND',
    'EXPORT_EXPIRED',
    'STATE_CONFLICT',
    'RANGE_NOT_SATISFIABLE',
    'STORAGE_UNREACHABLE',
  )
  async downloadExport(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const download = await this.downloads.open(user, id, request.method === 'HEAD');
    await sendDownload(request, response, download);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Cancels an export that is under way, or removes one that has ended' })
  @ApiNoContentResponse()
  @ApiErrors(...ALWAYS, 'EXPORT_NOT_FOUND')
  async removeExport(@CurrentUser() user: SignedInUser, @IdParam() id: number): Promise<void> {
    await this.exports.remove(user, id);
  }
}
