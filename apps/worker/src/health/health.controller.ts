import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { Database, RedisConnections } from '#app/persistence';

/** For the process manager: `live` says that the process answers, `ready` that it can work. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly redis: RedisConnections,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(): Promise<{ status: 'ok' }> {
    const [database, redis] = await Promise.allSettled([this.database.ping(), this.redis.ping()]);
    if (database.status === 'rejected' || redis.status === 'rejected') {
      throw new ServiceUnavailableException({
        status: 'unavailable',
        database: database.status === 'fulfilled',
        redis: redis.status === 'fulfilled',
      });
    }
    return { status: 'ok' };
  }
}
