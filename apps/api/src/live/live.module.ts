import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BatchesModule } from '../batches/batches.module.js';
import { CategoriesModule } from '../categories/categories.module.js';
import { CollectionsModule } from '../collections/collections.module.js';
import { ImportsModule } from '../imports/imports.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OperationModule } from '../monitoring/operation.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PresetsModule } from '../presets/presets.module.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { BatchListWatchers } from './batch-list-watchers.js';
import { BatchWatchers } from './batch-watchers.js';
import { LiveFeed } from './live-feed.js';
import { LiveLimits } from './live-limits.js';
import { LiveMessages } from './live-messages.js';
import { LiveGateway } from './live.gateway.js';
import { MessageRouter } from './message-router.js';
import { ProgressWatchers } from './progress-watchers.js';
import { ScheduleWatchers } from './schedule-watchers.js';

@Module({
  imports: [
    AuthModule,
    BatchesModule,
    CategoriesModule,
    CollectionsModule,
    ImportsModule,
    JobsModule,
    NotificationsModule,
    OperationModule,
    PresetsModule,
    ShutdownModule,
  ],
  providers: [
    LiveGateway,
    MessageRouter,
    LiveMessages,
    LiveLimits,
    LiveFeed,
    BatchWatchers,
    BatchListWatchers,
    ScheduleWatchers,
    ProgressWatchers,
  ],
})
export class LiveModule {}
