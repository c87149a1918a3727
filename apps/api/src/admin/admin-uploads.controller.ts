import { FailedUploads, UploadAdministration } from '#app/persistence';
import { Body, Controller, Get, HttpCode, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminGuard, CurrentUser } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { NeedsScope } from '../auth/required-scope.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { FailedUploadsQuery, UploadRequestsQuery } from './admin-queries.dto.js';
import { EndUploads } from './end-uploads.js';
import { RetryAsAdministrator } from './retry-as-administrator.js';
import { toUploadEdit } from './to-upload-edit.js';
import { toFailedBatchDto, toUploadRequestDto } from './to-upload-request-dto.js';
import {
  CancelledCountDto,
  EditUploadRequestDto,
  FailedBatchListDto,
  FailedCountDto,
  RetriedDto,
  RetryDto,
  UploadIdsDto,
  UploadRequestDto,
  UploadRequestListDto,
} from './upload-request.dto.js';

const DAY_MS = 86_400_000;
const midnight = (date: string): Date => new Date(`${date}T00:00:00Z`);

/** Everybody's uploads, for administrators. */
@ApiTags('administration')
@Controller('api/admin')
@UseGuards(AdminGuard)
@NeedsScope('admin')
export class AdminUploadsController {
  constructor(
    private readonly administration: UploadAdministration,
    private readonly failed: FailedUploads,
    private readonly changes: EndUploads,
    private readonly retries: RetryAsAdministrator,
  ) {}

  @Get('upload_requests')
  @ApiOperation({ summary: 'All uploads, newest first; the total of many may be a minute old' })
  @ApiOkResponse({ type: UploadRequestListDto })
  @ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
  async adminUploadRequests(@Query() query: UploadRequestsQuery): Promise<UploadRequestListDto> {
    const { page, limit, filter_text: text, status: statuses, date_from: from, date_to: to } = query;
    const { items, total } = await this.administration.listPage({
      page,
      limit,
      text,
      statuses,
      since: from === undefined ? undefined : midnight(from),
      until: to === undefined ? undefined : new Date(midnight(to).getTime() + DAY_MS),
    });
    return { items: items.map(toUploadRequestDto), total };
  }

  @Put('upload_requests/:id')
  @ApiOperation({ summary: 'Changes fields of an upload; audited' })
  @ApiOkResponse({ type: UploadRequestDto })
  @ApiErrors(
    'VALIDATION_FAILED',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'UPLOAD_NOT_FOUND',
    'STATE_CONFLICT',
    'RATE_LIMITED',
    'NOT_READY',
  )
  async editUploadRequest(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Body() fields: EditUploadRequestDto,
  ): Promise<UploadRequestDto> {
    return toUploadRequestDto(await this.changes.edit(user, id, toUploadEdit(fields)));
  }

  @Post('upload_requests/bulk-cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancels those of the uploads that are queued or running; audited' })
  @ApiOkResponse({ type: CancelledCountDto })
  @ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
  async bulkCancel(
    @CurrentUser() user: SignedInUser,
    @Body() { ids }: UploadIdsDto,
  ): Promise<CancelledCountDto> {
    return { cancelled_count: await this.changes.cancel(user, ids) };
  }

  @Post('upload_requests/bulk-fail')
  @HttpCode(200)
  @ApiOperation({ summary: 'Fails those of the uploads that are queued or running; audited' })
  @ApiOkResponse({ type: FailedCountDto })
  @ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
  async bulkFail(@CurrentUser() user: SignedInUser, @Body() { ids }: UploadIdsDto): Promise<FailedCountDto> {
    return { failed_count: await this.changes.fail(user, ids) };
  }

  @Get('failed_uploads')
  @ApiOperation({ summary: 'Failed uploads by their batches; the total counts batches' })
  @ApiOkResponse({ type: FailedBatchListDto })
  @ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
  async adminFailedUploads(@Query() query: FailedUploadsQuery): Promise<FailedBatchListDto> {
    const { page, limit, sort_by: sortBy, error_type: errorType, handler, search_text: text } = query;
    const { items, total } = await this.failed.listPage({ page, limit, sortBy, errorType, handler, text });
    return { items: items.map(toFailedBatchDto), total };
  }

  @Post('retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Copies failed and cancelled uploads into a new batch of your own; audited' })
  @ApiOkResponse({ type: RetriedDto })
  @ApiErrors(
    'VALIDATION_FAILED',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'STATE_CONFLICT',
    'RATE_LIMITED',
    'NOT_READY',
  )
  adminRetry(@CurrentUser() user: SignedInUser, @Body() { upload_ids: ids }: RetryDto): Promise<RetriedDto> {
    return this.retries.execute(user, ids);
  }
}
