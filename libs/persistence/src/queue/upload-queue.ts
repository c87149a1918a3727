import { takeOverJobId, UPLOAD_QUEUE, uploadJobId, type UploadJob } from '#app/protocol';
import { ErrorCode, Queue, type Job, type QueueOptions, type WorkerOptions } from 'bullmq';
import { randomUUID } from 'node:crypto';
import { LuaScript } from '../redis/lua-script.js';
import type { RedisClient, RedisConnections } from '../redis/redis-connections.js';

/** In braces, so that all keys of the queue are in one slot of a cluster. */
const PREFIX = '{curator}';

/** Jobs are added in portions of this many: one script of Redis each. */
const JOBS_AT_ONCE = 1_000;

export interface JobToAdd {
  uploadId: number;
  /** Before the job may run. */
  delayMs: number;
  /** The end of a dead worker's lease: a job of its own beside the one that this worker may still hold in the queue. */
  takesOver?: Date;
}

/** Kept beside the queue, in one slot with it, and so lost with it. */
const INTACT = `${PREFIX}:intact`;
const CHECK = `${PREFIX}:check`;
const CHECK_MS = 3_600_000;

/** ARGV: check, how long it holds. Redis may have lost everything since the check began. */
const CONFIRM = new LuaScript(`
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
  return 1`);

/** Wake-ups of uploads. Losing them loses nothing: the rows are the truth. */
export class UploadQueue {
  private readonly queue: Queue<UploadJob>;

  constructor(private readonly redis: RedisClient) {
    this.queue = new Queue<UploadJob>(UPLOAD_QUEUE, queueOptions(redis));
    this.queue.on('error', () => {
      // The connection reports its own errors, and every command fails by itself.
    });
  }

  /** Adding a job that exists changes nothing. */
  async addUploads(jobs: readonly JobToAdd[]): Promise<void> {
    for (let start = 0; start < jobs.length; start += JOBS_AT_ONCE) {
      await this.addSome(jobs.slice(start, start + JOBS_AT_ONCE));
    }
  }

  /** As addUploads, but a job that exists and is delayed to another moment is moved to this one. */
  async addOrMoveUploads(jobs: readonly JobToAdd[]): Promise<void> {
    for (let start = 0; start < jobs.length; start += JOBS_AT_ONCE) {
      const some = jobs.slice(start, start + JOBS_AT_ONCE);
      const added = await this.addSome(some);
      await Promise.all(added.map((job, index) => moveIfDelayed(job, some[index]?.delayMs ?? 0)));
    }
  }

  /**
   * Begins to look whether every upload that should have a job has one.
   * @returns `isIntact`: the last look found or made it so, and Redis has not lost its data since; `check` for confirmIntact
   */
  async beginCheck(): Promise<{ isIntact: boolean; check: string }> {
    const check = randomUUID();
    await this.redis.set(CHECK, check, 'PX', CHECK_MS);
    return { isIntact: (await this.redis.exists(INTACT)) === 1, check };
  }

  /** Says that now each has one. That holds for `forMs`, unless Redis loses its data, or has lost it since the check began. */
  async confirmIntact(check: string, forMs: number): Promise<void> {
    await CONFIRM.run(this.redis, [CHECK, INTACT], [check, forMs]);
  }

  /** How many jobs wait, are delayed, or run. */
  async count(): Promise<{ waiting: number; delayed: number; active: number }> {
    const {
      wait = 0,
      prioritized = 0,
      delayed = 0,
      active = 0,
    } = await this.queue.getJobCounts('wait', 'prioritized', 'delayed', 'active');
    return { waiting: wait + prioritized, delayed, active };
  }

  /** Whether workers are to take nothing from it. */
  async isPaused(): Promise<boolean> {
    return this.queue.isPaused();
  }

  /** Removes what is left of jobs that ended longer ago. @returns how many */
  async forgetFinished(olderThanMs: number): Promise<number> {
    return forgetFinished(this.queue, olderThanMs);
  }

  async close(): Promise<void> {
    await this.queue.close();
  }

  private addSome(jobs: readonly JobToAdd[]): Promise<Job<UploadJob>[]> {
    return this.queue.addBulk(
      jobs.map(({ uploadId, delayMs, takesOver }) => {
        const id = String(uploadId);
        const jobId = takesOver === undefined ? uploadJobId(id) : takeOverJobId(id, takesOver);
        return { name: 'upload', data: { uploadId: id }, opts: { jobId, delay: delayMs } };
      }),
    );
  }
}

/** Jobs remove themselves when they end, unless they were added otherwise or their worker died at that moment. */
export async function forgetFinished(queue: Queue, olderThanMs: number): Promise<number> {
  const completed = await queue.clean(olderThanMs, JOBS_AT_ONCE, 'completed');
  const failed = await queue.clean(olderThanMs, JOBS_AT_ONCE, 'failed');
  return completed.length + failed.length;
}

/** One that waits, runs, or is done meanwhile needs no other moment. */
async function moveIfDelayed(job: Job, delayMs: number): Promise<void> {
  try {
    await job.changeDelay(delayMs);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== ErrorCode.JobNotInState && code !== ErrorCode.JobNotExist) throw error;
  }
}

/** What every producer of the queues has in common. */
export const queueOptions = (connection: RedisClient): QueueOptions => ({
  connection,
  prefix: PREFIX,
  defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
});

/** What every worker of the queue must have in common with its producers. The worker has a connection of its own, closed with the others. */
export const workerQueueOptions = (
  redis: RedisConnections,
): Pick<WorkerOptions, 'connection' | 'prefix'> => ({
  connection: redis.open(),
  prefix: PREFIX,
});
