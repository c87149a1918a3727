import { Processor, WorkerHost } from '@nestjs/bullmq';
import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { JOB_QUEUE } from '#app/protocol';
import { WorkWatch } from '../health/work-watch.js';
import { WorkerConfig } from '../worker.config.js';
import { JobRunner } from './job-runner.js';

/** A wake-up that its worker took with it when it died does not matter: upkeep finds the job. */
const OPTIONS = { autorun: false, lockDuration: 15_000, stalledInterval: 5_000 };

/** Starts with the application and ends before its connections do. */
@Processor(JOB_QUEUE, OPTIONS)
export class JobProcessor
  extends WorkerHost
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger = new Logger(JobProcessor.name);

  constructor(
    private readonly runner: JobRunner,
    private readonly config: WorkerConfig,
    private readonly watch: WorkWatch,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.worker.concurrency = this.config.jobConcurrency;
    this.worker.on('error', (error) =>
      this.logger.error({ message: 'The queue failed', error: error.message }),
    );
    void this.watch.follow('jobs', this.worker.run());
  }

  /** Takes nothing new from here on. */
  async onModuleDestroy(): Promise<void> {
    await this.worker.pause(true);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  /** Whatever fails here left its job's row as it was, with a lease that lapses. */
  async process(): Promise<void> {
    try {
      await this.runner.runAll();
    } catch (error) {
      this.logger.error({ message: 'Background jobs could not be run', error });
    }
  }
}
