import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { RequestObserver, SharedConfig, UploadObserver } from '#app/protocol';
import { adminProviders } from './admin/admin-providers.js';
import { ApiTokenRepository } from './api-tokens/api-token.repository.js';
import { BatchRepository } from './batches/batch.repository.js';
import { WantedCategoryRefresher, type RefreshOptions } from './categories/wanted-category-refresher.js';
import { WantedCategoryRepository } from './categories/wanted-category.repository.js';
import { AdvisoryLock } from './database/advisory-lock.js';
import { Database } from './database/database.js';
import { openDatabase } from './database/open-database.js';
import { ExportFileRepository } from './exports/export-file.repository.js';
import { ExportRepository } from './exports/export.repository.js';
import { ExportRows } from './exports/export-rows.js';
import { JobQueue } from './jobs/job-queue.js';
import { ChoreLog } from './operation/chore-log.js';
import { QueueFigureCounter } from './operation/queue-figures.js';
import { WorkerHeartbeats } from './operation/worker-heartbeats.js';
import { ImportRepository } from './imports/import.repository.js';
import { ImportRunRepository } from './imports/import-run.repository.js';
import { JobRepository } from './jobs/job.repository.js';
import { ManifestRepository } from './manifests/manifest.repository.js';
import { NotificationRepository } from './notifications/notification.repository.js';
import { PresetRepository } from './presets/preset.repository.js';
import { QuotaRepository } from './quotas/quota.repository.js';
import { UploadQueue } from './queue/upload-queue.js';
import { EditPlan } from './rate-plan/edit-plan.js';
import { RatePlan } from './rate-plan/rate-plan.js';
import { FailedAttempts } from './redis/failed-attempts.js';
import { LiveUpdates } from './redis/live-updates.js';
import { RedisCache } from './redis/redis-cache.js';
import { RedisConnections } from './redis/redis-connections.js';
import { RedisLocks } from './redis/redis-locks.js';
import { RedisRate } from './redis/redis-rate.js';
import { RequestSlots } from './redis/request-slots.js';
import { ServiceBreaker } from './redis/service-breaker.js';
import { SharedBuckets } from './redis/shared-buckets.js';
import { CommonsReplica } from './replica/commons-replica.js';
import { SshRoute } from './replica/ssh-route.js';
import { ScheduleRepository } from './schedules/schedule.repository.js';
import { WatchedImages } from './schedules/watched-images.js';
import { AdministratorRegister } from './sessions/administrator-register.js';
import { SessionRepository } from './sessions/session.repository.js';
import { Storages } from './storages/storages.js';
import { StorageRepository } from './storages/storage.repository.js';
import { TokenVault } from './tokens/token-vault.js';
import { RecategorizationRepository } from './recategorizations/recategorization.repository.js';
import { loadCountedTimes, Replanner } from './uploads/replanner.js';
import { UploadLedger } from './uploads/upload-ledger.js';
import { UploadTurns } from './uploads/turns/upload-turns.js';
import { UploadRepository } from './uploads/upload.repository.js';
import { UserRepository } from './users/user.repository.js';

export interface PersistenceOptions {
  databaseUrl: string;
  redisUrl: string;
  tokenEncryptionKeys: string;
  sessionIdleHours?: number;
  sessionTtlHours?: number;
  /** Requests to Commons at once for one person. */
  requestSlots?: number;
  /** Factor on waits after a refusal of the wiki; 1 in production. */
  delayScale?: number;
  /** Connections to the database. */
  poolSize?: number;
  /** The replicas of the wiki's own tables, as in ReplicaOptions, and the host for ssh. */
  replica?: { coreUrl: string | null; linksUrl: string | null; sshHost: string };
  wantedCategories?: RefreshOptions;
  /** Directory of the storage that is always there. */
  exportDir?: string;
  /** Private addresses of S3 storages, by host:port. */
  allowedHosts?: readonly string[];
  /** Milliseconds for which the figures of the queues are as good as new. */
  queueFiguresMs?: number;
  observers?: {
    /** Is told of uploads that have ended. */
    readonly uploads: UploadObserver;
    /** Is told of statements on the replicas. */
    readonly requests: RequestObserver;
  };
}

/** The part of the options that both processes read alike from their configuration. */
export const replicaOptions = (
  config: SharedConfig,
): Pick<PersistenceOptions, 'replica' | 'wantedCategories'> => ({
  replica: {
    coreUrl: config.commonsReplicaUrl,
    linksUrl: config.commonsLinksReplicaUrl,
    sshHost: config.toolforgeSshHost,
  },
  wantedCategories: {
    exclude: config.wantedCategoriesExclude,
    maxAgeMs: config.wantedCategoriesTtlSeconds * 1_000,
  },
});

const HOUR_MS = 3_600_000;
const NO_REPLICA = { coreUrl: null, linksUrl: null, sshHost: '' };
const WANTED_CATEGORIES: RefreshOptions = { exclude: [], maxAgeMs: 6 * HOUR_MS };
const EXPORT_DIR = '.data/exports';
const SESSION_IDLE_HOURS = 168;
const SESSION_TTL_HOURS = 720;
const REQUEST_SLOTS = 3;
/** Many jobs are added at once, but nobody should wait for a Redis that is away. */
const QUEUE_TIMEOUT_MS = 10_000;
/** What has not ended is counted anew no oftener, over all processes. */
const QUEUE_FIGURES_MS = 5_000;

/** Everything that is kept, for the whole process. The schema is up to date before anything is handed out. */
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly redis: RedisConnections,
    private readonly queue: UploadQueue,
    private readonly jobs: JobQueue,
    private readonly slots: RequestSlots,
    private readonly replica: CommonsReplica,
    private readonly storages: Storages,
  ) {}

  static forRoot(options: PersistenceOptions): DynamicModule {
    const providers = providersOf(options);
    return {
      module: PersistenceModule,
      global: true,
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }

  async onApplicationShutdown(): Promise<void> {
    this.slots.close();
    this.storages.close();
    await this.replica.close();
    await Promise.all([this.queue.close(), this.jobs.close()]);
    await this.redis.close();
    await this.database.close();
  }
}

const providersOf = (options: PersistenceOptions) => [
  { provide: TokenVault, useFactory: () => new TokenVault(options.tokenEncryptionKeys) },
  { provide: Database, useFactory: () => openDatabase(options.databaseUrl, options.poolSize) },
  {
    provide: AdvisoryLock,
    inject: [Database],
    useFactory: ({ dataSource }: Database) => new AdvisoryLock(dataSource),
  },
  {
    provide: UploadRepository,
    inject: [Database],
    useFactory: (database: Database) => new UploadRepository(database, options.observers?.uploads),
  },
  ...[
    UploadLedger,
    UploadTurns,
    BatchRepository,
    UserRepository,
    PresetRepository,
    ManifestRepository,
    WantedCategoryRepository,
    ImportRunRepository,
    JobRepository,
    ScheduleRepository,
    WatchedImages,
    NotificationRepository,
    ExportRepository,
    ExportFileRepository,
    ExportRows,
    QuotaRepository,
    RecategorizationRepository,
  ].map((Repository) => ({
    provide: Repository,
    inject: [Database],
    useFactory: (database: Database) => new Repository(database),
  })),
  {
    provide: ImportRepository,
    inject: [Database, JobRepository],
    useFactory: (database: Database, jobs: JobRepository) => new ImportRepository(database, jobs),
  },
  {
    provide: CommonsReplica,
    useFactory: () => {
      const { coreUrl, linksUrl, sshHost } = options.replica ?? NO_REPLICA;
      const observer = options.observers?.requests;
      return new CommonsReplica({ coreUrl, linksUrl, ssh: new SshRoute(sshHost), observer });
    },
  },
  {
    provide: WantedCategoryRefresher,
    inject: [CommonsReplica, WantedCategoryRepository, AdvisoryLock],
    useFactory: (replica: CommonsReplica, lists: WantedCategoryRepository, lock: AdvisoryLock) =>
      new WantedCategoryRefresher(replica, lists, lock, options.wantedCategories ?? WANTED_CATEGORIES),
  },
  {
    provide: StorageRepository,
    inject: [Database, TokenVault],
    useFactory: (database: Database, vault: TokenVault) => new StorageRepository(database, vault),
  },
  {
    provide: Storages,
    inject: [StorageRepository],
    useFactory: (repository: StorageRepository) =>
      new Storages(
        { exportDir: options.exportDir ?? EXPORT_DIR, allowedHosts: options.allowedHosts ?? [] },
        repository,
      ),
  },
  { provide: RedisConnections, useFactory: () => new RedisConnections(options.redisUrl) },
  ...[
    RedisCache,
    RedisLocks,
    RedisRate,
    FailedAttempts,
    SharedBuckets,
    AdministratorRegister,
    WorkerHeartbeats,
    ChoreLog,
  ].map((Store) => ({
    provide: Store,
    inject: [RedisConnections],
    useFactory: ({ shared }: RedisConnections) => new Store(shared),
  })),
  ...[UploadQueue, JobQueue].map((Jobs) => ({
    provide: Jobs,
    inject: [RedisConnections],
    useFactory: (redis: RedisConnections) => new Jobs(redis.open({ commandTimeout: QUEUE_TIMEOUT_MS })),
  })),
  {
    provide: RequestSlots,
    inject: [RedisConnections],
    useFactory: ({ shared }: RedisConnections) =>
      new RequestSlots(shared, options.requestSlots ?? REQUEST_SLOTS),
  },
  {
    provide: LiveUpdates,
    inject: [RedisConnections],
    useFactory: (redis: RedisConnections) => new LiveUpdates(redis.shared, () => redis.openSubscriber()),
  },
  {
    provide: ServiceBreaker,
    inject: [RedisConnections, LiveUpdates],
    useFactory: ({ shared }: RedisConnections, live: LiveUpdates) => new ServiceBreaker(shared, live),
  },
  {
    provide: QueueFigureCounter,
    inject: [Database, RedisConnections],
    useFactory: (database: Database, { shared }: RedisConnections) =>
      new QueueFigureCounter(database, shared, options.queueFiguresMs ?? QUEUE_FIGURES_MS),
  },
  ...adminProviders(options.observers?.uploads),
  {
    provide: ApiTokenRepository,
    inject: [Database, LiveUpdates],
    useFactory: (database: Database, live: LiveUpdates) => new ApiTokenRepository(database, live),
  },
  {
    provide: SessionRepository,
    inject: [RedisConnections, LiveUpdates],
    useFactory: ({ shared }: RedisConnections, live: LiveUpdates) =>
      new SessionRepository(shared, live, {
        idleMs: (options.sessionIdleHours ?? SESSION_IDLE_HOURS) * HOUR_MS,
        ttlMs: (options.sessionTtlHours ?? SESSION_TTL_HOURS) * HOUR_MS,
      }),
  },
  {
    provide: RatePlan,
    inject: [RedisConnections, Database],
    useFactory: ({ shared }: RedisConnections, database: Database) =>
      new RatePlan(shared, (userid, since) => loadCountedTimes(database, userid, since), {
        ...(options.delayScale !== undefined && { holdScale: options.delayScale }),
      }),
  },
  {
    provide: EditPlan,
    inject: [RedisConnections],
    useFactory: ({ shared }: RedisConnections) =>
      new EditPlan(shared, { ...(options.delayScale !== undefined && { holdScale: options.delayScale }) }),
  },
  {
    provide: Replanner,
    inject: [Database, RatePlan, RedisConnections, RedisLocks, LiveUpdates],
    useFactory: (
      database: Database,
      plan: RatePlan,
      { shared }: RedisConnections,
      locks: RedisLocks,
      live: LiveUpdates,
    ) => new Replanner(database, plan, shared, locks, live),
  },
];
