import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { inContext, inSpan, type WorkContext } from '#app/observability';
import { JobQueue, JobRepository, LiveUpdates, type Job, type JobEnding } from '#app/persistence';
import { WorkWatch } from '../health/work-watch.js';
import { Shutdown } from '../uploads/shutdown.js';
import { WorkerConfig } from '../worker.config.js';
import { decideEnding, isPoisonous, type JobDecision } from './decide-ending.js';
import { JOB_HANDLERS, type JobHandler } from './job-handler.js';
import { JobRun } from './job-run.js';

const DIED: JobEnding = {
  status: 'failed',
  error: { code: 'INTERNAL', message: 'Its workers ended again and again without getting on with it.' },
};

/** Of what is logged about a job, also the run of a schedule that it was begun for. */
const idsOf = ({ id, userid, params }: Job): WorkContext => {
  const run = params['run_id'];
  return { job_id: id, userid, ...(typeof run === 'number' ? { schedule_run_id: run } : {}) };
};

/** Takes background jobs, one after the other, each from its claim to the end of this run. */
@Injectable()
export class JobRunner {
  private readonly logger = new Logger(JobRunner.name);
  private readonly handlers: ReadonlyMap<string, JobHandler>;
  private readonly leaseMs: number;

  constructor(
    private readonly jobs: JobRepository,
    private readonly queue: JobQueue,
    private readonly live: LiveUpdates,
    private readonly shutdown: Shutdown,
    private readonly config: WorkerConfig,
    @Inject(JOB_HANDLERS) handlers: readonly JobHandler[],
    @Optional() private readonly watch: WorkWatch = new WorkWatch(),
  ) {
    this.handlers = new Map(handlers.map((handler) => [handler.kind, handler]));
    this.leaseMs = config.uploadLeaseSeconds * 1_000;
  }

  /** Runs what is due until nothing is, or this process stops. */
  async runAll(): Promise<void> {
    while (!this.shutdown.signal.aborted && (await this.runNext()));
  }

  private async runNext(): Promise<boolean> {
    const owner = this.shutdown.nextOwner();
    const now = new Date();
    const leasedUntil = new Date(now.getTime() + this.leaseMs);
    const job = await this.watch.look('jobs', () => this.jobs.takeNext({ owner, now, leasedUntil }));
    if (job === null) return false;
    const { kind, traceparent } = job;
    await inContext(idsOf(job), () =>
      inSpan(`job ${kind}`, { kind: 'consumer', parent: traceparent }, () =>
        this.watch.run('jobs', () => this.runOne(job, owner)),
      ),
    );
    return true;
  }

  private async runOne(job: Job, owner: string): Promise<void> {
    const run = new JobRun(job, { owner, ms: this.leaseMs }, this.jobs, this.live, this.shutdown.signal);
    const startedAt = performance.now();
    try {
      const outcome = await this.work(job, run);
      await this.end(job, owner, outcome);
      const ms = Math.round(performance.now() - startedAt);
      const what = 'status' in outcome ? outcome.status : outcome.do;
      this.logger.debug({ message: `The run of a job of kind ${job.kind} has ended`, outcome: what, ms });
    } finally {
      run.end();
    }
    await this.live.publishJob(job.id);
  }

  private async work(job: Job, run: JobRun): Promise<JobEnding | JobDecision> {
    if (job.cancelRequested) return { do: 'cancel' };
    if (isPoisonous(job.attempts)) return DIED;
    try {
      const handler = this.handlers.get(job.kind);
      if (!handler) throw new Error(`Nobody handles jobs of kind ${job.kind}`);
      return { status: 'complete', result: await handler.run(run) };
    } catch (error) {
      const cause: unknown = run.signal.aborted ? run.signal.reason : error;
      const reference = randomUUID();
      const decision = decideEnding(cause, job.attempts, reference);
      this.report(job, cause, decision, reference);
      return decision;
    }
  }

  private async end(job: Job, owner: string, outcome: JobEnding | JobDecision): Promise<void> {
    if ('status' in outcome) return this.settle(job, owner, outcome);
    switch (outcome.do) {
      case 'abandon':
        return;
      case 'cancel':
        return this.settle(job, owner, { status: 'cancelled' });
      case 'fail':
        return this.settle(job, owner, { status: 'failed', error: outcome.error });
      case 'release':
        return this.postpone(job, owner, new Date(), job.attempts);
      case 'wait':
        return this.postpone(job, owner, outcome.until, job.attempts);
      case 'again': {
        const at = new Date(Date.now() + outcome.afterMs * this.config.retryDelayScale);
        return this.postpone(job, owner, at, job.attempts + 1);
      }
    }
  }

  private async settle(job: Job, owner: string, ending: JobEnding): Promise<void> {
    if (await this.jobs.settle(job.id, owner, ending)) this.watch.noteJobEnd(job.kind, ending.status);
  }

  private async postpone(job: Job, owner: string, dueAt: Date, attempts: number): Promise<void> {
    if (await this.jobs.postpone(job.id, owner, { dueAt, attempts })) {
      await this.queue.wake([{ id: job.id, dueAt }]);
    }
  }

  private report(job: Job, error: unknown, decision: JobDecision, reference: string): void {
    if (decision.do !== 'again' && decision.do !== 'fail') return;
    const line = { message: `A job of kind ${job.kind} failed`, jobId: job.id, then: decision.do, reference };
    this.logger.warn({ ...line, error });
  }
}
