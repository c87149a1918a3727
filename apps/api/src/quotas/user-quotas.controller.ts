import { QuotaRepository, UserRepository } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Body, Controller, Delete, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { toActor } from '../admin/actor.js';
import { AdminGuard, CurrentUser } from '../auth/current-user.js';
import { NeedsScope } from '../auth/required-scope.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { UseridParam } from '../http/userid-param.js';
import { AssignQuotaDto, QuotaDto, QuotaListDto } from './quota.dto.js';
import { toQuotaDto } from './to-quota-dto.js';

@ApiTags('administration')
@Controller('api/admin/users/:userid/quotas')
@UseGuards(AdminGuard)
@NeedsScope('admin')
@ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
export class UserQuotasController {
  constructor(
    private readonly quotas: QuotaRepository,
    private readonly users: UserRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: "A person's own quotas, without those for everybody" })
  @ApiOkResponse({ type: QuotaListDto })
  @ApiErrors('USER_NOT_FOUND')
  async listUserQuotas(@UseridParam('userid') userid: string): Promise<QuotaListDto> {
    if ((await this.users.find(userid)) === null) {
      throw new DomainError('USER_NOT_FOUND', `User ${userid} not found`);
    }
    const items = (await this.quotas.listOfUser(userid)).map(toQuotaDto);
    return { items, total: items.length };
  }

  @Post()
  @ApiOperation({ summary: 'Gives a person a quota; one of a type at most; audited' })
  @ApiCreatedResponse({ type: QuotaDto })
  @ApiErrors('USER_NOT_FOUND', 'QUOTA_NOT_FOUND', 'QUOTA_CONFLICT')
  async assignQuota(
    @CurrentUser() user: SignedInUser,
    @UseridParam('userid') userid: string,
    @Body() { quota_id: id }: AssignQuotaDto,
  ): Promise<QuotaDto> {
    return toQuotaDto(await this.quotas.assign(userid, id, toActor(user)));
  }

  @Delete(':quotaId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes a quota from a person; that for everybody holds again; audited' })
  @ApiNoContentResponse()
  @ApiErrors('QUOTA_NOT_FOUND')
  async withdrawQuota(
    @CurrentUser() user: SignedInUser,
    @UseridParam('userid') userid: string,
    @IdParam('quotaId') id: number,
  ): Promise<void> {
    await this.quotas.withdraw(userid, id, toActor(user));
  }
}
