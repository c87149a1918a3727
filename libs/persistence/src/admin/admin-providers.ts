import type { UploadObserver } from '#app/protocol';
import { BatchRepository } from '../batches/batch.repository.js';
import { Database } from '../database/database.js';
import { RedisCache } from '../redis/redis-cache.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { AuditLog } from './audit-log.js';
import { CostlyCounts } from './costly-counts.js';
import { FailedUploads } from './failed-uploads.js';
import { PeopleAdministration } from './people-administration.js';
import { QueueAdministration } from './queue-administration.js';
import { UploadAdministration } from './upload-administration.js';

const REDIS_TIMEOUT_MS = 10_000;

/** What administrators work with. */
export const adminProviders = (observer?: UploadObserver) => [
  {
    provide: CostlyCounts,
    inject: [RedisCache],
    useFactory: (cache: RedisCache) => new CostlyCounts(cache),
  },
  {
    provide: UploadAdministration,
    inject: [Database, CostlyCounts],
    useFactory: (database: Database, counts: CostlyCounts) =>
      new UploadAdministration(database, counts, observer),
  },
  {
    provide: FailedUploads,
    inject: [Database, BatchRepository, CostlyCounts],
    useFactory: (database: Database, batches: BatchRepository, counts: CostlyCounts) =>
      new FailedUploads(database, batches, counts),
  },
  ...[PeopleAdministration, AuditLog].map((Store) => ({
    provide: Store,
    inject: [Database],
    useFactory: (database: Database) => new Store(database),
  })),
  {
    provide: QueueAdministration,
    inject: [RedisConnections, Database],
    useFactory: (redis: RedisConnections, database: Database) =>
      new QueueAdministration(() => redis.open({ commandTimeout: REDIS_TIMEOUT_MS }), database),
  },
];
