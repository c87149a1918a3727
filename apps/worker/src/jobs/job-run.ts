import { Logger } from '@nestjs/common';
import type { Job, JobCheckpoint, JobRepository, LiveUpdates, Sql } from '#app/persistence';
import { JobStopped } from './job-stops.js';

/** Between two announcements of how far a job has come. */
const TELL_EVERY_MS = 250;

interface Lease {
  owner: string;
  ms: number;
}

/** One run of a background job under its lease, which is renewed until `end`. */
export class JobRun {
  private readonly logger = new Logger(JobRun.name);
  private readonly interruption = new AbortController();
  private readonly renewal: NodeJS.Timeout;
  private announcement: NodeJS.Timeout | undefined;
  private leasedUntil: number;
  private toldAt = 0;

  /** Aborted, with a JobStopped, when this process is to stop or another has the job. */
  readonly signal: AbortSignal;

  constructor(
    /** As it was when the run began, with `cursor` and `done` as they were kept since. */
    readonly job: Job,
    private readonly lease: Lease,
    private readonly jobs: JobRepository,
    private readonly live: LiveUpdates,
    private readonly shutdown: AbortSignal,
  ) {
    this.leasedUntil = Date.now() + lease.ms;
    this.signal = this.interruption.signal;
    shutdown.addEventListener('abort', this.release, { once: true });
    if (shutdown.aborted) this.release();
    this.renewal = setInterval(() => void this.renew(), lease.ms / 3);
  }

  /**
   * Keeps how far the job has come, in one transaction with what `work` changes, and tells its watchers.
   * @throws JobStopped when the job is cancelled or is not this run's any more, with nothing changed in the latter case
   */
  async checkpoint(reached: JobCheckpoint, work?: (sql: Sql) => Promise<void>): Promise<void> {
    const kept = await this.jobs.checkpoint(this.job.id, this.lease.owner, reached, work);
    if (kept === null) throw this.lose();
    if (reached.done !== undefined && reached.done > this.job.done) this.job.attempts = 0;
    Object.assign(this.job, reached);
    this.tellSoon();
    if (kept.cancelRequested) throw new JobStopped('cancel');
    if (this.signal.aborted) throw this.signal.reason;
  }

  /** Nothing is renewed or told any more. */
  end(): void {
    this.shutdown.removeEventListener('abort', this.release);
    clearInterval(this.renewal);
    clearTimeout(this.announcement);
  }

  private readonly release = (): void => this.interruption.abort(new JobStopped('release'));

  private async renew(): Promise<void> {
    const until = Date.now() + this.lease.ms;
    try {
      if (await this.jobs.renew(this.job.id, this.lease.owner, new Date(until))) this.leasedUntil = until;
      else this.lose();
    } catch (error) {
      this.logger.warn({ message: 'A lease could not be renewed', jobId: this.job.id, error: String(error) });
      if (Date.now() >= this.leasedUntil) this.lose();
    }
  }

  private lose(): JobStopped {
    const stopped = new JobStopped('abandon');
    this.interruption.abort(stopped);
    return stopped;
  }

  private tellSoon(): void {
    if (this.announcement !== undefined) return;
    const wait = Math.max(0, this.toldAt + TELL_EVERY_MS - Date.now());
    this.announcement = setTimeout(() => {
      this.announcement = undefined;
      this.toldAt = Date.now();
      this.live.publishJob(this.job.id).catch((error: unknown) => {
        this.logger.warn({ message: 'Watchers of a job were not told', error: String(error) });
      });
    }, wait);
  }
}
