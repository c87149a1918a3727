import { Module } from '@nestjs/common';
import { BatchesModule } from '../batches/batches.module.js';
import { AdminListsController } from './admin-lists.controller.js';
import { AdminQueuesController } from './admin-queues.controller.js';
import { AdminSessionsController } from './admin-sessions.controller.js';
import { AdminUploadsController } from './admin-uploads.controller.js';
import { EndSessions } from './end-sessions.js';
import { EndUploads } from './end-uploads.js';
import { PauseQueue } from './pause-queue.js';
import { QueueBoard } from './queue-board.js';
import { RetryAsAdministrator } from './retry-as-administrator.js';

/** What administrators of this tool see and change. */
@Module({
  imports: [BatchesModule],
  controllers: [AdminListsController, AdminUploadsController, AdminSessionsController, AdminQueuesController],
  providers: [EndUploads, RetryAsAdministrator, EndSessions, PauseQueue, QueueBoard],
})
export class AdminModule {}
