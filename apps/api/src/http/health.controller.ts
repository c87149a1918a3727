import { HealthChecks, type Health } from '#app/observability';
import { Database, RedisConnections } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../docs/api-errors.js';
import { Draining } from '../shutdown/draining.js';
import { HealthDto, ReadyDto, type StoreHealthDto } from './health.dto.js';

/** Anybody may ask: why something is down, which may name hosts, stays here. */
const toStoreHealth = ({ status, responseTime }: Health): StoreHealthDto => ({
  status,
  ...(responseTime !== undefined && { response_time: responseTime }),
});

const UNKNOWN: Health = { status: 'down' };

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthChecks,
    private readonly database: Database,
    private readonly redis: RedisConnections,
    private readonly draining: Draining,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ type: HealthDto })
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the database and Redis answer' })
  @ApiOkResponse({ type: ReadyDto })
  @ApiErrors('NOT_READY')
  async ready(): Promise<ReadyDto> {
    if (this.draining.isUnderWay) throw new DomainError('NOT_READY', 'This process is about to end.');
    const { isUp, details } = await this.checks.run({
      database: () => this.database.ping(),
      redis: () => this.redis.ping(),
    });
    const { database = UNKNOWN, redis = UNKNOWN } = details;
    if (!isUp) {
      throw new DomainError('NOT_READY', 'Not all services answer.', {
        database: database.status === 'up',
        redis: redis.status === 'up',
      });
    }
    return { status: 'ok', details: { database: toStoreHealth(database), redis: toStoreHealth(redis) } };
  }
}
