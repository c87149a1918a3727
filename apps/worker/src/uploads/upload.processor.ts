import { Processor, WorkerHost } from '@nestjs/bullmq';
import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DelayedError, type Job } from 'bullmq';
import { parseUploadJob, UPLOAD_QUEUE } from '#app/protocol';
import { WorkerConfig } from '../worker.config.js';
import { UploadRunner } from './upload-runner.js';

/** Starts with the application and ends before its connections do. */
@Processor(UPLOAD_QUEUE, { autorun: false })
export class UploadProcessor
  extends WorkerHost
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger(UploadProcessor.name);

  constructor(
    private readonly runner: UploadRunner,
    private readonly config: WorkerConfig,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.concurrency = this.config.uploadConcurrency;
    this.worker.on('error', (error) =>
      this.logger.error({ message: 'The queue failed', error: error.message }),
    );
    void this.worker.run();
  }

  /** Takes nothing new from here on. */
  async onModuleDestroy(): Promise<void> {
    await this.worker.pause(true);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  /** A run that put its upload back moves its job to the moment at which it may go on. */
  async process(job: Job, token?: string): Promise<void> {
    const { uploadId } = parseUploadJob(job.data);
    const outcome = await this.runner.run(Number(uploadId));
    if (outcome.kind === 'settled') return;
    await job.moveToDelayed(outcome.at.getTime(), token);
    throw new DelayedError();
  }
}
