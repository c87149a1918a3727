import { Injectable } from '@nestjs/common';
import type { LiveUpdate } from '#app/protocol';
import { LaterWork } from './later-work.js';
import { UploadAnnouncer, type QueuedUpload } from './upload-announcer.js';

/** Makes a slice that was taken prompt, behind the back of the person who sent it. */
@Injectable()
export class AnnounceSlice {
  constructor(
    private readonly announcer: UploadAnnouncer,
    private readonly later: LaterWork,
  ) {}

  start(sliceid: number, update: LiveUpdate, queued: readonly QueuedUpload[]): void {
    this.later.start(`make slice ${sliceid} of batch ${update.batchid} prompt`, async () => {
      await this.announcer.announce(update);
      await this.announcer.dispatch(queued);
    });
  }
}
