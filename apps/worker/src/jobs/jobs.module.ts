import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { JOB_QUEUE } from '#app/protocol';
import { CategoriesModule } from '../categories/categories.module.js';
import { RecategorizeFiles } from '../categories/recategorize-files.js';
import { ExportJob } from '../exports/export-job.js';
import { CleanupModule } from '../cleanup/cleanup.module.js';
import { ImportCategory } from '../imports/import-category.js';
import { ImportsModule } from '../imports/imports.module.js';
import { CleanCache } from '../schedules/clean-cache.js';
import { RefreshWantedCategories } from '../schedules/refresh-wanted-categories.js';
import { SchedulesModule } from '../schedules/schedules.module.js';
import { WatchCollection } from '../schedules/watch-collection.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { JOB_HANDLERS, type JobHandler } from './job-handler.js';
import { JobProcessor } from './job.processor.js';
import { JobRunner } from './job-runner.js';
import { JobWaker } from './wake-due-jobs.js';

/** One for each kind of job. */
const HANDLERS: readonly (new (...services: never[]) => JobHandler)[] = [
  CleanCache,
  RefreshWantedCategories,
  WatchCollection,
  RecategorizeFiles,
  ExportJob,
  ImportCategory,
];

@Module({
  imports: [
    BullModule.registerQueue({ name: JOB_QUEUE }),
    CleanupModule,
    SchedulesModule,
    CategoriesModule,
    ImportsModule,
    UploadsModule,
  ],
  providers: [
    JobProcessor,
    JobRunner,
    JobWaker,
    ...HANDLERS,
    {
      provide: JOB_HANDLERS,
      inject: [...HANDLERS],
      useFactory: (...handlers: JobHandler[]) => handlers,
    },
  ],
  exports: [JobWaker],
})
export class JobsModule {}
