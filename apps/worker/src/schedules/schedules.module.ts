import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { UploadsModule } from '../uploads/uploads.module.js';
import { AcceptImages } from './accept-images.js';
import { RunDispatcher } from './dispatch-runs.js';
import { PersonsPlaces } from './persons-places.js';
import { QueueNewImages } from './queue-new-images.js';
import { ScheduleClock } from './schedule-clock.js';
import { ScheduleTurns } from './schedule-turns.js';
import { StartRun } from './start-run.js';

@Module({
  imports: [ScheduleModule.forRoot(), UploadsModule],
  providers: [
    AcceptImages,
    PersonsPlaces,
    QueueNewImages,
    RunDispatcher,
    ScheduleClock,
    ScheduleTurns,
    StartRun,
  ],
  exports: [QueueNewImages, ScheduleTurns],
})
export class SchedulesModule {}
