import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { JobQueue, QueueFigureCounter, ServiceBreaker, UploadQueue } from '#app/persistence';
import { Shutdown } from '../uploads/shutdown.js';
import { WorkerConfig } from '../worker.config.js';
import { LOOPS, WorkWatch, type DueWork, type Loop } from './work-watch.js';

export interface StateOfWorker {
  state: 'live' | 'stalled' | 'stopping';
  /** Why it is stalled. */
  reason?: string;
}

/** What is known of the work that is to be taken. */
interface Known {
  due: DueWork;
  paused: ReadonlySet<Loop>;
}

/** A heartbeat is not to wait longer for what it looks up. */
const LOOK_UP_MS = 1_000;
const NOTHING: Known = { due: { uploads: null, jobs: null }, paused: new Set() };

/** Whether this worker takes work as it should. It never waits: what it judges by is looked up at each heartbeat. */
@Injectable()
export class WorkerState {
  private known = NOTHING;

  constructor(
    private readonly config: WorkerConfig,
    private readonly watch: WorkWatch,
    private readonly shutdown: Shutdown,
    private readonly queues: UploadQueue,
    private readonly jobs: JobQueue,
    private readonly figures: QueueFigureCounter,
    private readonly breaker: ServiceBreaker,
  ) {}

  /** What cannot be looked up now is taken not to be there: a store that is away is no fault of this process. */
  async lookUp(): Promise<void> {
    const late = new AbortController();
    this.known = await Promise.race([this.findKnown(), sleep(LOOK_UP_MS, NOTHING, { signal: late.signal })]);
    late.abort();
  }

  private async findKnown(): Promise<Known> {
    try {
      const [{ oldestDueAt, jobs }, uploadsPaused, jobsPaused, stop] = await Promise.all([
        this.figures.find(),
        this.queues.isPaused(),
        this.jobs.isPaused(),
        this.breaker.find(),
      ]);
      const dueJobs = jobs.flatMap((figures) => figures.oldestDueAt ?? []);
      const isPaused = { uploads: uploadsPaused, jobs: jobsPaused };
      if (stop !== null || uploadsPaused) this.watch.rest('uploads');
      if (jobsPaused) this.watch.rest('jobs');
      return {
        due: { uploads: oldestDueAt, jobs: dueJobs.length > 0 ? Math.min(...dueJobs) : null },
        paused: new Set(LOOPS.filter((loop) => isPaused[loop])),
      };
    } catch {
      // Why it cannot be looked up is told by /health/ready. Once the stores are back, work is to be found anew.
      for (const loop of LOOPS) this.watch.rest(loop);
      return NOTHING;
    }
  }

  /** Queues that an administrator has paused. */
  get paused(): readonly Loop[] {
    return [...this.known.paused];
  }

  find(): StateOfWorker {
    if (this.shutdown.signal.aborted) return { state: 'stopping' };
    const reason = this.watch.findStall(this.known.due, {
      now: Date.now(),
      stallMs: this.config.stallSeconds * 1_000,
      places: { uploads: this.config.uploadConcurrency, jobs: this.config.jobConcurrency },
    });
    return reason === null ? { state: 'live' } : { state: 'stalled', reason };
  }
}
