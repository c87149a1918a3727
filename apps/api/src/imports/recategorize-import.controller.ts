import { Body, Controller, HttpCode, HttpStatus, Post, Res, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentUser, SessionGuard } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { AcceptedDto } from '../jobs/job-status.dto.js';
import { RecategorizeImportDto } from './recategorize-import.dto.js';
import { RecategorizeImport } from './recategorize-import.js';
import { Throttled } from '../throttle/throttled.js';

@ApiTags('imports', 'recategorizations')
@Controller('api/imports/:id/recategorize')
@UseGuards(SessionGuard)
export class RecategorizeImportController {
  constructor(private readonly moves: RecategorizeImport) {}

  @Post()
  @Throttled('recategorize')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Moves files of an import from its category to another, in the background',
    description:
      'The files are named by their pages, or chosen by the filters of the list of files; all of them without either. They are ' +
      'moved out of the category that was read, where redirects have led. Files that are only in its subcategories are left as ' +
      'they are and told. The same selection asked for again while it is moved is joined. Its status is at the address in Location.',
  })
  @ApiAcceptedResponse({ type: AcceptedDto, headers: { Location: { schema: { type: 'string' } } } })
  @ApiErrors(
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'VALIDATION_FAILED',
    'RATE_LIMITED',
    'NOT_READY',
    'IMPORT_NOT_FOUND',
    'IMPORT_EXPIRED',
    'STATE_CONFLICT',
    'UPSTREAM_FAILED',
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  async recategorizeImport(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Body() wanted: RecategorizeImportDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedDto> {
    const job = await this.moves.execute(user, id, wanted);
    response.location(`/api/recategorizations/${job.id}`);
    return { job_id: job.id };
  }
}
