import { Controller, Delete, Get, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminGuard, CurrentUser } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { NeedsScope } from '../auth/required-scope.js';
import { ApiErrors } from '../docs/api-errors.js';
import { UseridParam } from '../http/userid-param.js';
import { AdminSessionListDto, EndedSessionsDto } from './admin-items.dto.js';
import { EndSessions } from './end-sessions.js';

@ApiTags('administration')
@Controller('api/admin/users/:id/sessions')
@UseGuards(AdminGuard)
@NeedsScope('admin')
@ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'FORBIDDEN', 'USER_NOT_FOUND', 'RATE_LIMITED', 'NOT_READY')
export class AdminSessionsController {
  constructor(private readonly sessions: EndSessions) {}

  @Get()
  @ApiOperation({ summary: 'The live sessions of a person, newest first' })
  @ApiOkResponse({ type: AdminSessionListDto })
  async adminSessions(@UseridParam('id') userid: string): Promise<AdminSessionListDto> {
    const sessions = await this.sessions.list(userid);
    const items = sessions.map(({ id, beganAt, endsAt }) => ({
      id,
      began_at: beganAt.toISOString(),
      ends_at: endsAt.toISOString(),
    }));
    return { items, total: items.length };
  }

  @Delete()
  @ApiOperation({ summary: 'Signs a person out everywhere, and ends their API tokens; audited' })
  @ApiOkResponse({ type: EndedSessionsDto })
  async endSessions(
    @CurrentUser() user: SignedInUser,
    @UseridParam('id') userid: string,
  ): Promise<EndedSessionsDto> {
    return { ended_count: await this.sessions.endAll(user, userid) };
  }
}
