import { Database, RedisConnections } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../docs/api-errors.js';
import { Draining } from '../shutdown/draining.js';
import { HealthDto } from './health.dto.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
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
  @ApiOkResponse({ type: HealthDto })
  @ApiErrors('NOT_READY')
  async ready(): Promise<HealthDto> {
    if (this.draining.isUnderWay) throw new DomainError('NOT_READY', 'This process is about to end.');
    const [database, redis] = await Promise.allSettled([this.database.ping(), this.redis.ping()]);
    if (database.status === 'rejected' || redis.status === 'rejected') {
      throw new DomainError('NOT_READY', 'Not all services answer.', {
        database: database.status === 'fulfilled',
        redis: redis.status === 'fulfilled',
      });
    }
    return { status: 'ok' };
  }
}
