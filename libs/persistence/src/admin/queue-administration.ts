import { JOB_QUEUE, UPLOAD_QUEUE } from '#app/protocol';
import { Queue } from 'bullmq';
import type { Database } from '../database/database.js';
import { queueOptions } from '../queue/upload-queue.js';
import type { RedisClient } from '../redis/redis-connections.js';

export const QUEUE_NAMES = ['uploads', 'jobs'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

export interface QueueState {
  name: QueueName;
  /** Workers take nothing from it. What they have goes on: once `active` is 0 they are drained. */
  isPaused: boolean;
  waiting: number;
  delayed: number;
  active: number;
  failed: number;
}

export interface PersonQueue {
  userid: string;
  username: string;
  queued: number;
  inProgress: number;
}

const REAL_NAMES: Readonly<Record<QueueName, string>> = { uploads: UPLOAD_QUEUE, jobs: JOB_QUEUE };

/** Answered by ix_upload_requests_dispatch alone: the cost follows what is open. */
const OPEN_BY_PERSON = `SELECT q.userid, u.username, SUM(q.status = 'queued') AS queued, SUM(q.status = 'in_progress') AS in_progress
  FROM upload_requests q JOIN users u ON u.userid = q.userid
  WHERE q.status IN ('queued', 'in_progress') GROUP BY q.userid, u.username ORDER BY COUNT(*) DESC, q.userid LIMIT 500`;

/** The queues of all workers together. */
export class QueueAdministration {
  private opened: ReadonlyMap<QueueName, Queue> | null = null;

  /** @param openRedis called when something is asked for the first time */
  constructor(
    private readonly openRedis: () => RedisClient,
    private readonly database: Database,
  ) {}

  /** For a board of the queues; their jobs carry ids and nothing else. */
  get all(): readonly Queue[] {
    return [...this.open().values()];
  }

  list(): Promise<QueueState[]> {
    return Promise.all(QUEUE_NAMES.map((name) => this.find(name)));
  }

  /** Who has how much queued and running, the most first. */
  async listPeople(): Promise<PersonQueue[]> {
    const rows = await this.database.rows<{
      userid: string;
      username: string;
      queued: number | string;
      in_progress: number | string;
    }>(OPEN_BY_PERSON);
    return rows.map(({ userid, username, queued, in_progress }) => ({
      userid,
      username,
      queued: Number(queued),
      inProgress: Number(in_progress),
    }));
  }

  /** Lets workers finish what they have and take nothing new, or lets them go on. */
  async setPaused(name: QueueName, isPaused: boolean): Promise<QueueState> {
    const queue = this.get(name);
    await (isPaused ? queue.pause() : queue.resume());
    return this.find(name);
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const queue of this.opened?.values() ?? []) await queue.close();
  }

  private async find(name: QueueName): Promise<QueueState> {
    const queue = this.get(name);
    const [counts, isPaused] = await Promise.all([
      queue.getJobCounts('wait', 'prioritized', 'delayed', 'active', 'failed'),
      queue.isPaused(),
    ]);
    const count = (type: string): number => counts[type] ?? 0;
    return {
      name,
      isPaused,
      waiting: count('wait') + count('prioritized'),
      delayed: count('delayed'),
      active: count('active'),
      failed: count('failed'),
    };
  }

  private open(): ReadonlyMap<QueueName, Queue> {
    this.opened ??= openQueues(this.openRedis());
    return this.opened;
  }

  private get(name: QueueName): Queue {
    const queue = this.open().get(name);
    if (!queue) throw new Error(`There is no queue ${name}`);
    return queue;
  }
}

function openQueues(redis: RedisClient): ReadonlyMap<QueueName, Queue> {
  return new Map(
    QUEUE_NAMES.map((name) => {
      const queue = new Queue(REAL_NAMES[name], queueOptions(redis));
      queue.on('error', () => {
        // The connection reports its own errors, and every command fails by itself.
      });
      return [name, queue];
    }),
  );
}
