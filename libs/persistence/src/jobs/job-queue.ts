import { JOB_QUEUE } from '#app/protocol';
import { Queue } from 'bullmq';
import { forgetFinished, queueOptions } from '../queue/upload-queue.js';
import type { RedisClient } from '../redis/redis-connections.js';
import type { DueJob } from './job.repository.js';

/** Wakes workers for background jobs. Losing a wake-up loses nothing: upkeep finds what is due. */
export class JobQueue {
  private readonly queue: Queue;

  constructor(redis: RedisClient) {
    this.queue = new Queue(JOB_QUEUE, queueOptions(redis));
    this.queue.on('error', () => {
      // The connection reports its own errors, and every command fails by itself.
    });
  }

  /** One wake-up for each job and moment, however often it is asked for. */
  async wake(jobs: readonly DueJob[]): Promise<void> {
    const now = Date.now();
    await this.queue.addBulk(
      jobs.map(({ id, dueAt }) => ({
        name: 'wake',
        data: {},
        opts: { jobId: `job-${id}-${dueAt.getTime()}`, delay: Math.max(0, dueAt.getTime() - now) },
      })),
    );
  }

  /** How many wake-ups wait, are delayed, or run. */
  async count(): Promise<{ waiting: number; delayed: number; active: number }> {
    const { wait = 0, delayed = 0, active = 0 } = await this.queue.getJobCounts('wait', 'delayed', 'active');
    return { waiting: wait, delayed, active };
  }

  /** Whether workers are to take nothing from it. */
  async isPaused(): Promise<boolean> {
    return this.queue.isPaused();
  }

  /** Removes what is left of wake-ups that ended longer ago. @returns how many */
  async forgetFinished(olderThanMs: number): Promise<number> {
    return forgetFinished(this.queue, olderThanMs);
  }

  async close(): Promise<void> {
    await this.queue.close();
  }
}
