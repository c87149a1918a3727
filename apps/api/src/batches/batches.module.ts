import { Module } from '@nestjs/common';
import { AcceptSlice } from './accept-slice.js';
import { AnnounceSlice } from './announce-slice.js';
import { BatchMessages } from './batch-messages.js';
import { CancelBatch } from './cancel-batch.js';
import { CreateBatch } from './create-batch.js';
import { FindSchedule } from './find-schedule.js';
import { InspectItems } from './inspect-items.js';
import { InspectSlice } from './inspect-slice.js';
import { LaterWork } from './later-work.js';
import { ListBatchUploads } from './list-batch-uploads.js';
import { PauseBatch } from './pause-batch.js';
import { QueuePlanner } from './queue-planner.js';
import { ResumeBatch } from './resume-batch.js';
import { ScheduleMessages } from './schedule-messages.js';
import { RetryUploads } from './retry-uploads.js';
import { UploadAnnouncer } from './upload-announcer.js';
import { UploadAtOnce } from './upload-at-once.js';
import { UploadMessages } from './upload-messages.js';
import { UploadPlanner } from './upload-planner.js';
import { TitlesModule } from '../titles/titles.module.js';
import { UpstreamsModule } from '../upstreams/upstreams.module.js';
import { UserWindows } from './user-windows.js';

@Module({
  imports: [TitlesModule, UpstreamsModule],
  providers: [
    CreateBatch,
    AcceptSlice,
    InspectItems,
    InspectSlice,
    AnnounceSlice,
    UploadAtOnce,
    ListBatchUploads,
    RetryUploads,
    CancelBatch,
    PauseBatch,
    ResumeBatch,
    FindSchedule,
    LaterWork,
    QueuePlanner,
    UploadAnnouncer,
    UploadPlanner,
    UserWindows,
    BatchMessages,
    ScheduleMessages,
    UploadMessages,
  ],
  exports: [
    UploadMessages,
    FindSchedule,
    QueuePlanner,
    CreateBatch,
    AcceptSlice,
    CancelBatch,
    ResumeBatch,
    InspectItems,
    UploadAnnouncer,
  ],
})
export class BatchesModule {}
