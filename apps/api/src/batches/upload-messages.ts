import { Injectable } from '@nestjs/common';
import type { HandlersOf } from '../live/handlers.js';
import { TitleMessages } from '../titles/title-messages.js';
import { BatchMessages } from './batch-messages.js';
import { ScheduleMessages } from './schedule-messages.js';

/** Messages about uploads, from their titles to when they come about. */
@Injectable()
export class UploadMessages {
  readonly handlers: HandlersOf<
    keyof TitleMessages['handlers'] | keyof BatchMessages['handlers'] | keyof ScheduleMessages['handlers']
  >;

  constructor(titles: TitleMessages, batches: BatchMessages, schedules: ScheduleMessages) {
    this.handlers = { ...titles.handlers, ...batches.handlers, ...schedules.handlers };
  }
}
