import { Controller, Delete, Get, Query, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser, SessionGuard } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { toPage } from '../http/paging.js';
import {
  RecategorizationDto,
  RecategorizationPageDto,
  RecategorizationsQuery,
  UntouchedFilePageDto,
  UntouchedFilesQuery,
} from './recategorization.dto.js';
import { Recategorizations } from './recategorizations.service.js';
import { toRecategorizationDto } from './to-recategorization-dto.js';

const ALWAYS = ['UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED', 'RATE_LIMITED', 'NOT_READY'] as const;

@ApiTags('recategorizations')
@Controller('api/recategorizations')
@UseGuards(SessionGuard)
export class RecategorizationsController {
  constructor(private readonly moves: Recategorizations) {}

  @Get()
  @ApiOperation({ summary: 'Your moves of files between categories, also those begun on the WebSocket' })
  @ApiOkResponse({ type: RecategorizationPageDto })
  @ApiErrors(...ALWAYS)
  async listRecategorizations(
    @CurrentUser() user: SignedInUser,
    @Query() query: RecategorizationsQuery,
  ): Promise<RecategorizationPageDto> {
    const { items, total } = await this.moves.list(user, query);
    return toPage({ items: items.map(toRecategorizationDto), total }, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far one of your moves has come' })
  @ApiOkResponse({ type: RecategorizationDto })
  @ApiErrors(...ALWAYS, 'RECATEGORIZATION_NOT_FOUND')
  async getRecategorization(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
  ): Promise<RecategorizationDto> {
    return toRecategorizationDto(await this.moves.get(user, id));
  }

  @Get(':id/untouched')
  @ApiOperation({ summary: 'The files that a move has left as they are, and why' })
  @ApiOkResponse({ type: UntouchedFilePageDto })
  @ApiErrors(...ALWAYS, 'RECATEGORIZATION_NOT_FOUND')
  async listUntouchedFiles(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Query() query: UntouchedFilesQuery,
  ): Promise<UntouchedFilePageDto> {
    return toPage(await this.moves.listUntouched(user, id, query), query);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Cancels a move that has not ended',
    description:
      'It ends with the files that are under way: until then its status is `running`, with `cancel_requested`. What was moved stays so.',
  })
  @ApiOkResponse({ type: RecategorizationDto })
  @ApiErrors(...ALWAYS, 'RECATEGORIZATION_NOT_FOUND', 'STATE_CONFLICT')
  async cancelRecategorization(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
  ): Promise<RecategorizationDto> {
    return toRecategorizationDto(await this.moves.cancel(user, id));
  }
}
