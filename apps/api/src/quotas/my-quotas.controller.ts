import { QuotaRepository } from '#app/persistence';
import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser, SessionGuard } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { MyQuotasDto } from './quota.dto.js';
import { toQuotaStateDto } from './to-quota-dto.js';

@ApiTags('quotas')
@Controller('api/quotas')
@UseGuards(SessionGuard)
export class MyQuotasController {
  constructor(private readonly quotas: QuotaRepository) {}

  @Get('mine')
  @ApiOperation({ summary: 'Your quotas: what is used, what is left and when it resets' })
  @ApiOkResponse({ type: MyQuotasDto })
  @ApiErrors('UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
  async listMyQuotas(@CurrentUser() { userid, isExempt }: SignedInUser): Promise<MyQuotasDto> {
    if (isExempt) return { exempt: true, items: [] };
    return { exempt: false, items: (await this.quotas.listStates(userid)).map(toQuotaStateDto) };
  }
}
