import { Controller, HttpStatus, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { DomainError } from '#app/protocol';
import { ApiConfig } from '../api.config.js';
import { CurrentUser, SessionGuard } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { ManifestForm, ManifestQuery, ManifestReportDto } from './manifest.dto.js';
import { receiveManifest, type ManifestLimits } from './receive-manifest.js';
import { TakeManifest } from './take-manifest.js';
import { Throttled } from '../throttle/throttled.js';

const LIMITS: ManifestLimits = { maxBytes: 20 * 1024 * 1024, maxRows: 10_000 };

@ApiTags('manifests')
@Controller('api/manifests')
@UseGuards(SessionGuard)
export class ManifestsController {
  constructor(
    private readonly config: ApiConfig,
    private readonly manifests: TakeManifest,
  ) {}

  @Post()
  @Throttled('manifest')
  @ApiOperation({
    summary: 'Uploads from a table of images',
    description:
      `A file of at most ${LIMITS.maxRows} rows and ${LIMITS.maxBytes} bytes, with the columns of exported uploads: ` +
      'a list of failed uploads can be corrected and handed in again, and rows of several sources may stand in one file. ' +
      'A row of the source “manifest” names the file itself (url, on a host that the server allows) and tells of it: ' +
      'source_url, author, license (CC0, or CC BY or CC BY-SA with its version), and as far as known author_url, taken, ' +
      'latitude, longitude, heading, description. The columns of results are ignored. An apostrophe in front of =, +, -, @, ' +
      'tab or carriage return at the start of a CSV cell is not part of it. One row with an error keeps the whole file from ' +
      'being taken: the details of that error are the report. Try it with dry_run first. It is made into one batch of the person who sends it.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: ManifestForm })
  @ApiOkResponse({ type: ManifestReportDto, description: 'Dry run: what would happen' })
  @ApiCreatedResponse({ type: ManifestReportDto, description: 'The batch was created' })
  @ApiErrors(
    'VALIDATION_FAILED',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    'QUOTA_EXCEEDED',
    'NOT_CONFIGURED',
    'UPSTREAM_FAILED',
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  async take(
    @CurrentUser() user: SignedInUser,
    @Query() { dry_run: isDryRun }: ManifestQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ManifestReportDto> {
    if (!this.config.manifestEnabled) {
      throw new DomainError('NOT_CONFIGURED', 'This server takes no manifests.');
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const rows = await receiveManifest(request, LIMITS);
    response.status(isDryRun ? HttpStatus.OK : HttpStatus.CREATED);
    return isDryRun
      ? this.manifests.rehearse(user, rows, gone.signal)
      : this.manifests.execute(user, rows, gone.signal);
  }
}
