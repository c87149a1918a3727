import { Processor, WorkerHost } from '@nestjs/bullmq';
import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DelayedError, type Job } from 'bullmq';
import { parseUploadJob, UPLOAD_QUEUE } from '#app/protocol';
import { WorkWatch } from '../health/work-watch.js';
import { WorkerConfig } from '../worker.config.js';
import { Shutdown } from './shutdown.js';
import { TurnTaker, type Again } from './turn-taker.js';

/** Before a job whose run failed for reasons of our own, e.g. a database that is away, fires again; as long in tests. */
const AFTER_FAILURE_MS = 2_000;

/** The jobs of a worker that died are found within `lockDuration` and `stalledInterval`; that may happen to a job any number of times. */
const OPTIONS = {
  autorun: false,
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: Number.MAX_SAFE_INTEGER,
};

/** Starts with the application and ends before its connections do. A job never fails: it is done, or it fires again. */
@Processor(UPLOAD_QUEUE, OPTIONS)
export class UploadProcessor
  extends WorkerHost
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger(UploadProcessor.name);
  private grace: NodeJS.Timeout | undefined;

  constructor(
    private readonly turns: TurnTaker,
    private readonly shutdown: Shutdown,
    private readonly config: WorkerConfig,
    private readonly watch: WorkWatch,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.concurrency = this.config.uploadConcurrency;
    this.worker.on('error', (error) =>
      this.logger.error({ message: 'The queue failed', error: error.message }),
    );
    void this.watch.follow('uploads', this.worker.run());
  }

  /** Takes nothing new from here on. What runs may end within the grace: given back, it would be downloaded again. */
  async onModuleDestroy(): Promise<void> {
    this.grace = setTimeout(() => {
      this.logger.log({ message: 'What still runs goes back to the queue' });
      this.shutdown.handOver();
    }, this.config.shutdownGraceSeconds * 1_000);
    await this.worker.pause(true);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
    clearTimeout(this.grace);
  }

  /** @throws DelayedError when the job is to fire again */
  async process(job: Job, token?: string): Promise<void> {
    const { uploadId } = parseUploadJob(job.data);
    const again = await this.wake(Number(uploadId));
    if (again === null) return;
    await this.delay(job, token, again);
    throw new DelayedError();
  }

  private async wake(uploadId: number): Promise<Again> {
    try {
      return await this.turns.wake(uploadId);
    } catch (error) {
      this.logger.error({
        message: 'A run was given up; its job fires again',
        uploadId,
        error,
      });
      return { at: new Date(Date.now() + AFTER_FAILURE_MS) };
    }
  }

  /** A job that cannot be delayed stays active, without anyone who renews its lock, and so fires again as a dead worker's would. */
  private async delay(job: Job, token: string | undefined, again: NonNullable<Again>): Promise<void> {
    const at = 'at' in again ? again.at.getTime() : Date.now() + again.afterMs * this.config.retryDelayScale;
    try {
      await job.moveToDelayed(Math.max(at, Date.now()), token);
    } catch (error) {
      this.logger.warn({ message: 'A job could not be delayed', jobId: job.id, error: String(error) });
    }
  }
}
