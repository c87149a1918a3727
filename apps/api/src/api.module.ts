import { Metrics, MonitoringModule, observersOf, toTracingOptions, TracingModule } from '#app/observability';
import { PersistenceModule, replicaOptions } from '#app/persistence';
import { Module, type DynamicModule } from '@nestjs/common';
import { ApiConfig } from './api.config.js';
import { AdminModule } from './admin/admin.module.js';
import { AuthModule } from './auth/auth.module.js';
import { AsyncApiController } from './docs/asyncapi.controller.js';
import { ExportsModule } from './exports/exports.module.js';
import { HealthController } from './http/health.controller.js';
import { HomeController } from './http/home.controller.js';
import { LiveModule } from './live/live.module.js';
import { OperationModule } from './monitoring/operation.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { ManifestsModule } from './manifests/manifests.module.js';
import { QuotasModule } from './quotas/quotas.module.js';
import { ShutdownModule } from './shutdown/shutdown.module.js';
import { StoragesModule } from './storages/storages.module.js';
import { ApiTokensModule } from './tokens/api-tokens.module.js';

/** Makes the configuration injectable everywhere. */
@Module({})
class ConfigurationModule {
  static forRoot(config: ApiConfig): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      providers: [{ provide: ApiConfig, useValue: config }],
      exports: [ApiConfig],
    };
  }
}

/** The API process. */
@Module({})
export class ApiModule {
  /** @param secrets values that no trace may have in it */
  static forRoot(config: ApiConfig, secrets: readonly string[] = []): DynamicModule {
    const { databaseUrl, redisUrl, tokenEncryptionKeys, sessionIdleHours, sessionTtlHours } = config;
    const metrics = new Metrics('api');
    return {
      module: ApiModule,
      imports: [
        ConfigurationModule.forRoot(config),
        PersistenceModule.forRoot({
          databaseUrl,
          redisUrl,
          tokenEncryptionKeys,
          sessionIdleHours,
          sessionTtlHours,
          requestSlots: config.commonsConcurrencyPerUser,
          ...replicaOptions(config),
          exportDir: config.exportDir,
          allowedHosts: [...config.downloadAllowedHosts, ...config.storageAllowedHosts],
          observers: observersOf(metrics),
        }),
        TracingModule.forRoot(toTracingOptions('curator-api', config, secrets)),
        MonitoringModule.forRoot(metrics),
        AuthModule,
        ApiTokensModule,
        AdminModule,
        QuotasModule,
        LiveModule,
        SchedulesModule,
        NotificationsModule,
        OperationModule,
        ExportsModule,
        ManifestsModule,
        ShutdownModule,
        StoragesModule,
      ],
      controllers: [HomeController, HealthController, AsyncApiController],
    };
  }
}
