import { QuotaRepository } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query, Res, UseGuards } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { toActor } from '../admin/actor.js';
import { AdminGuard, CurrentUser } from '../auth/current-user.js';
import { NeedsScope } from '../auth/required-scope.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { toPage } from '../http/paging.js';
import { QueryBoolean } from '../http/query-fields.js';
import { QuotaDraftDto, QuotaDto, QuotaPageDto, QuotasQuery } from './quota.dto.js';
import { toQuotaDraft, toQuotaDto } from './to-quota-dto.js';

export class DeleteQuotaQuery {
  @QueryBoolean({ fallback: false, description: 'Take it away from everybody who has it' })
  force = false;
}

@ApiTags('administration')
@Controller('api/admin/quotas')
@UseGuards(AdminGuard)
@NeedsScope('admin')
@ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
export class AdminQuotasController {
  constructor(private readonly quotas: QuotaRepository) {}

  @Get()
  @ApiOperation({ summary: 'All quotas' })
  @ApiOkResponse({ type: QuotaPageDto })
  async listQuotas(@Query() query: QuotasQuery): Promise<QuotaPageDto> {
    const { items, total } = await this.quotas.list(query);
    return toPage({ items: items.map(toQuotaDto), total }, query);
  }

  @Post()
  @ApiOperation({ summary: 'Makes a quota; audited' })
  @ApiCreatedResponse({ type: QuotaDto })
  @ApiErrors('QUOTA_CONFLICT')
  async createQuota(
    @CurrentUser() user: SignedInUser,
    @Body() draft: QuotaDraftDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<QuotaDto> {
    const quota = await this.quotas.create(toQuotaDraft(draft), toActor(user));
    response.location(`/api/admin/quotas/${quota.id}`);
    return toQuotaDto(quota);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One quota' })
  @ApiOkResponse({ type: QuotaDto })
  @ApiErrors('QUOTA_NOT_FOUND')
  async findQuota(@IdParam() id: number): Promise<QuotaDto> {
    const quota = await this.quotas.find(id);
    if (quota === null) throw new DomainError('QUOTA_NOT_FOUND', `Quota ${id} not found`);
    return toQuotaDto(quota);
  }

  @Put(':id')
  @ApiOperation({ summary: 'Replaces a quota; it holds at once for all who have it; audited' })
  @ApiOkResponse({ type: QuotaDto })
  @ApiErrors('QUOTA_NOT_FOUND', 'QUOTA_CONFLICT')
  async updateQuota(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Body() draft: QuotaDraftDto,
  ): Promise<QuotaDto> {
    return toQuotaDto(await this.quotas.update(id, toQuotaDraft(draft), toActor(user)));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Removes a quota; one that people have, or that holds for everybody, only with force; audited',
  })
  @ApiNoContentResponse()
  @ApiErrors('QUOTA_NOT_FOUND', 'QUOTA_CONFLICT')
  async deleteQuota(
    @CurrentUser() user: SignedInUser,
    @IdParam() id: number,
    @Query() { force }: DeleteQuotaQuery,
  ): Promise<void> {
    await this.quotas.remove(id, { force, actor: toActor(user) });
  }
}
