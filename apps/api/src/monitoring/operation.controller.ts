import { ChoreLog, WorkerHeartbeats, type KnownChore, type KnownWorker } from '#app/persistence';
import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminGuard } from '../auth/current-user.js';
import { NeedsScope } from '../auth/required-scope.js';
import { ApiErrors } from '../docs/api-errors.js';
import { CronsDto, WorkersDto, type CronDto, type WorkerDto } from './operation.dto.js';

const toText = (at: number): string => new Date(at).toISOString();

const toWorkerDto = ({ startedAt, beatAt, uploadPlaces, everyMs: _, ...worker }: KnownWorker): WorkerDto => ({
  ...worker,
  started_at: toText(startedAt),
  last_heartbeat_at: toText(beatAt),
  upload_places: uploadPlaces,
});

const toCronDto = ({ name, everyMs, succeededAt, failedAt, isStale }: KnownChore): CronDto => ({
  name,
  every_seconds: everyMs / 1_000,
  ...(succeededAt !== null && { last_success_at: toText(succeededAt) }),
  ...(failedAt !== null && { last_failure_at: toText(failedAt) }),
  stale: isStale,
});

/** What runs this service, for administrators. */
@ApiTags('administration')
@Controller('api/admin')
@UseGuards(AdminGuard)
@NeedsScope('admin')
export class OperationController {
  constructor(
    private readonly heartbeats: WorkerHeartbeats,
    private readonly chores: ChoreLog,
  ) {}

  @Get('workers')
  @ApiOperation({ summary: 'The worker processes, as their heartbeats tell' })
  @ApiOkResponse({ type: WorkersDto })
  @ApiErrors('UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
  async listWorkers(): Promise<WorkersDto> {
    return { workers: (await this.heartbeats.list()).map(toWorkerDto) };
  }

  @Get('crons')
  @ApiOperation({ summary: 'The regular chores, and when each was last done' })
  @ApiOkResponse({ type: CronsDto })
  @ApiErrors('UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY')
  async listCrons(): Promise<CronsDto> {
    return { crons: (await this.chores.list()).map(toCronDto) };
  }
}
