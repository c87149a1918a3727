import { QUEUE_NAMES, QueueAdministration, type QueueState } from '#app/persistence';
import { Controller, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AdminGuard, CurrentUser } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { NeedsScope } from '../auth/required-scope.js';
import { ApiErrors } from '../docs/api-errors.js';
import { QueueDto, QueuesDto } from './admin-items.dto.js';
import { PauseQueue } from './pause-queue.js';

const toQueueDto = ({ isPaused, ...state }: QueueState): QueueDto => ({ ...state, paused: isPaused });

@ApiTags('administration')
@Controller('api/admin/queues')
@UseGuards(AdminGuard)
@NeedsScope('admin')
export class AdminQueuesController {
  constructor(
    private readonly queues: QueueAdministration,
    private readonly pausing: PauseQueue,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What waits and runs, and whose it is' })
  @ApiOkResponse({ type: QueuesDto })
  @ApiErrors('UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
  async adminQueues(): Promise<QueuesDto> {
    const [queues, people] = await Promise.all([this.queues.list(), this.queues.listPeople()]);
    return {
      queues: queues.map(toQueueDto),
      users: people.map(({ inProgress, ...person }) => ({ ...person, in_progress: inProgress })),
    };
  }

  @Post(':name/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets all workers finish what they have and take nothing new; audited' })
  @ApiParam({ name: 'name', enum: QUEUE_NAMES, enumName: 'QueueName' })
  @ApiOkResponse({ type: QueueDto })
  @ApiErrors('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED', 'NOT_READY')
  async pauseQueue(@CurrentUser() user: SignedInUser, @Param('name') name: string): Promise<QueueDto> {
    return toQueueDto(await this.pausing.execute(user, name, true));
  }

  @Post(':name/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets workers go on; audited' })
  @ApiParam({ name: 'name', enum: QUEUE_NAMES, enumName: 'QueueName' })
  @ApiOkResponse({ type: QueueDto })
  @ApiErrors('UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED', 'NOT_READY')
  async resumeQueue(@CurrentUser() user: SignedInUser, @Param('name') name: string): Promise<QueueDto> {
    return toQueueDto(await this.pausing.execute(user, name, false));
  }
}
