import { ApiTokenRepository } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Body, Controller, Delete, Get, HttpCode, Post, Query, Res, UseGuards } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentUser, SessionGuard } from '../auth/current-user.js';
import { NeedsScope } from '../auth/required-scope.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { toPage } from '../http/paging.js';
import { ApiTokenPageDto, ApiTokensQuery, CreateApiTokenDto, CreatedApiTokenDto } from './api-token.dto.js';
import { CreateApiToken } from './create-api-token.js';
import { toApiTokenDto } from './to-api-token-dto.js';

@ApiTags('tokens')
@Controller('api/tokens')
@UseGuards(SessionGuard)
export class ApiTokensController {
  constructor(
    private readonly tokens: ApiTokenRepository,
    private readonly creation: CreateApiToken,
  ) {}

  @Post()
  @NeedsScope('session')
  @ApiOperation({ summary: 'Makes an API token; needs a session, a token cannot make tokens' })
  @ApiCreatedResponse({ type: CreatedApiTokenDto })
  @ApiErrors(
    'VALIDATION_FAILED',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'TOKEN_CONFLICT',
    'RATE_LIMITED',
    'NOT_READY',
  )
  async createApiToken(
    @CurrentUser() user: SignedInUser,
    @Body() wanted: CreateApiTokenDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CreatedApiTokenDto> {
    const created = await this.creation.execute(user, wanted);
    response.location(`/api/tokens/${created.id}`);
    return created;
  }

  @Get()
  @ApiOperation({ summary: 'Your API tokens, without the tokens themselves' })
  @ApiOkResponse({ type: ApiTokenPageDto })
  @ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
  async listApiTokens(
    @CurrentUser() { userid }: SignedInUser,
    @Query() { page, size, sortby, asc }: ApiTokensQuery,
  ): Promise<ApiTokenPageDto> {
    const { items, total } = await this.tokens.list({ userid, page, size, sortby, asc });
    return toPage({ items: items.map(toApiTokenDto), total }, { page, size });
  }

  @Delete(':id')
  @HttpCode(204)
  @NeedsScope('session')
  @ApiOperation({ summary: 'Ends an API token at once; needs a session' })
  @ApiNoContentResponse()
  @ApiErrors(
    'VALIDATION_FAILED',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'TOKEN_NOT_FOUND',
    'RATE_LIMITED',
    'NOT_READY',
  )
  async deleteApiToken(@CurrentUser() { userid }: SignedInUser, @IdParam() id: number): Promise<void> {
    if (!(await this.tokens.delete(id, userid))) {
      throw new DomainError('TOKEN_NOT_FOUND', `You have no API token ${id}.`);
    }
  }
}
