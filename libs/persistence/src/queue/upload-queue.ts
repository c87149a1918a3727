import { UPLOAD_QUEUE, uploadJobId, type UploadJob } from '#app/protocol';
import { Queue, type QueueOptions, type WorkerOptions } from 'bullmq';
import type { RedisClient, RedisConnections } from '../redis/redis-connections.js';

/** In braces, so that all keys of the queue are in one slot of a cluster. */
const PREFIX = '{curator}';

/** Jobs are added in portions of this many: one script of Redis each. */
const JOBS_AT_ONCE = 1_000;

export interface JobToAdd {
  uploadId: number;
  /** Before the job may run. */
  delayMs: number;
  /** 1 is first; none comes before all that have one. */
  priority?: number;
  /** A job of its own beside the one that a dead worker still holds in the queue. Whoever claims the row first wins. */
  takesOver?: boolean;
}

/** Wake-ups of uploads. Losing them loses nothing: the rows are the truth. */
export class UploadQueue {
  private readonly queue: Queue<UploadJob>;

  constructor(redis: RedisClient) {
    this.queue = new Queue<UploadJob>(UPLOAD_QUEUE, queueOptions(redis));
    this.queue.on('error', () => {
      // The connection reports its own errors, and every command fails by itself.
    });
  }

  /** Adding a job that exists changes nothing. */
  async addUploads(jobs: readonly JobToAdd[]): Promise<void> {
    for (let start = 0; start < jobs.length; start += JOBS_AT_ONCE) {
      await this.queue.addBulk(
        jobs.slice(start, start + JOBS_AT_ONCE).map(({ uploadId, delayMs, priority, takesOver = false }) => ({
          name: 'upload',
          data: { uploadId: String(uploadId) },
          opts: {
            ...(!takesOver && { jobId: uploadJobId(String(uploadId)) }),
            delay: delayMs,
            ...(priority !== undefined && { priority }),
          },
        })),
      );
    }
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

  async close(): Promise<void> {
    await this.queue.close();
  }
}

const queueOptions = (connection: RedisClient): QueueOptions => ({
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
