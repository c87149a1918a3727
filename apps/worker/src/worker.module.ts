import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { Metrics, MonitoringModule, observersOf, toTracingOptions, TracingModule } from '#app/observability';
import { PersistenceModule, RedisConnections, replicaOptions, workerQueueOptions } from '#app/persistence';
import { CleanupModule } from './cleanup/cleanup.module.js';
import { HealthModule } from './health/health.module.js';
import { WatchModule } from './health/watch.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { UpkeepModule } from './upkeep/upkeep.module.js';
import { UploadsModule } from './uploads/uploads.module.js';
import { UpstreamsModule } from './upstreams/upstreams.module.js';
import { WorkerConfig } from './worker.config.js';

/** Makes the configuration injectable everywhere. */
@Module({})
class ConfigurationModule {
  static forRoot(config: WorkerConfig): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      providers: [{ provide: WorkerConfig, useValue: config }],
      exports: [WorkerConfig],
    };
  }
}

/** The worker process. */
@Module({})
export class WorkerModule {
  /** @param secrets values that no trace may have in it */
  static forRoot(config: WorkerConfig, secrets: readonly string[] = []): DynamicModule {
    const { databaseUrl, redisUrl, tokenEncryptionKeys } = config;
    const metrics = new Metrics('worker');
    return {
      module: WorkerModule,
      imports: [
        ConfigurationModule.forRoot(config),
        PersistenceModule.forRoot({
          databaseUrl,
          redisUrl,
          tokenEncryptionKeys,
          requestSlots: config.commonsConcurrencyPerUser,
          ...replicaOptions(config),
          exportDir: config.exportDir,
          allowedHosts: [...config.downloadAllowedHosts, ...config.storageAllowedHosts],
          delayScale: config.retryDelayScale,
          observers: observersOf(metrics),
        }),
        BullModule.forRootAsync({
          inject: [RedisConnections],
          useFactory: (redis: RedisConnections) => workerQueueOptions(redis),
        }),
        TracingModule.forRoot(toTracingOptions('curator-worker', config, secrets)),
        MonitoringModule.forRoot(metrics),
        WatchModule,
        UpstreamsModule,
        UploadsModule,
        JobsModule,
        UpkeepModule,
        CleanupModule,
        SchedulesModule,
        HealthModule,
      ],
    };
  }
}
