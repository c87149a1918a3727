import { Injectable } from '@nestjs/common';
import { JobQueue, QueueFigureCounter, UploadQueue } from '#app/persistence';
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
  ) {}

  /** What cannot be looked up now is taken not to be there: a store that is away is no fault of this process. */
  async lookUp(): Promise<void> {
    const [found, uploads, jobs] = await Promise.allSettled([
      this.figures.find(),
      this.queues.isPaused(),
      this.jobs.isPaused(),
    ]);
    if (found.status === 'rejected' || uploads.status === 'rejected' || jobs.status === 'rejected') {
      this.known = NOTHING;
      return;
    }
    const isPaused = { uploads: uploads.value, jobs: jobs.value };
    const dueJobs = found.value.jobs.flatMap(({ oldestDueAt }) => oldestDueAt ?? []);
    this.known = {
      due: { uploads: found.value.oldestDueAt, jobs: dueJobs.length > 0 ? Math.min(...dueJobs) : null },
      paused: new Set(LOOPS.filter((loop) => isPaused[loop])),
    };
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
      paused: this.known.paused,
    });
    return reason === null ? { state: 'live' } : { state: 'stalled', reason };
  }
}
