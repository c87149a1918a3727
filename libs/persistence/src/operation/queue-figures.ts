import { JOB_KINDS, type JobKind } from '#app/protocol';
import type { Database } from '../database/database.js';
import type { RedisClient } from '../redis/redis-connections.js';
import { COUNT_OPEN_JOBS, COUNT_QUEUED, COUNT_RUNNING_UPLOADS } from './statements.js';

export interface JobFigures {
  kind: JobKind;
  /** For a later moment. */
  waiting: number;
  due: number;
  running: number;
  /** Milliseconds since the epoch; null when none is due. */
  oldestDueAt: number | null;
}

/** What has not ended, counted from the rows. All moments are milliseconds since the epoch. */
export interface QueueFigures {
  countedAt: number;
  /** What counting took, in milliseconds. */
  tookMs: number;
  uploads: { planned: number; due: number; paused: number; inProgress: number; lapsed: number };
  /** Null when none is due. */
  oldestDueAt: number | null;
  /** The last moment for which a commit is planned; null when none is planned for later. */
  lastPlannedAt: number | null;
  /** With queued uploads that are not paused. */
  people: number;
  jobs: JobFigures[];
}

/** Figures are as good as new for this many times what counting them took: it must not keep the database busy. */
const REST = 10;
/** Nobody waits for figures that take longer to count while there are older ones. */
const SLOW_MS = 500;

const KEY = 'curator:{queue-figures}:counted';
const TURN_KEY = 'curator:{queue-figures}:turn';

interface QueuedRow {
  paused: number | string;
  due: number | string;
  planned: number | string;
  people: number | string;
  oldest_due: Date | null;
  last_planned: Date | null;
}

interface RunningRow {
  running: number | string;
  lapsed: number | string;
}

interface JobsRow {
  kind: JobKind;
  status: 'queued' | 'running';
  jobs: number | string;
  due: number | string;
  earliest: Date;
}

/**
 * Counts what has not ended, once for all processes: whoever asks first in each `everyMs` counts, and leaves the figures in
 * Redis for the others.
 */
export class QueueFigureCounter {
  private last: QueueFigures | null = null;
  private counting: Promise<QueueFigures> | null = null;

  /** @param everyMs for which figures are as good as new */
  constructor(
    private readonly database: Database,
    private readonly redis: RedisClient,
    private readonly everyMs: number,
  ) {}

  /**
   * Figures that are `everyMs` old, and what counting takes; older ones where counting is slow. Without Redis each process
   * counts by itself, no oftener.
   */
  find(): Promise<QueueFigures> {
    const { last } = this;
    if (last !== null && this.isFresh(last)) return Promise.resolve(last);
    this.counting ??= this.findAnew().finally(() => (this.counting = null));
    if (last === null || last.tookMs < SLOW_MS || this.isOutdated(last)) return this.counting;
    this.counting.catch(() => {
      // Whoever asks once the older figures are outdated is told.
    });
    return Promise.resolve(last);
  }

  private async findAnew(): Promise<QueueFigures> {
    const shared = await this.findShared();
    this.last = shared ?? (await this.count());
    if (shared === null) await this.share(this.last);
    return this.last;
  }

  /** Whoever scrapes is not to wait for a connection that may come back. */
  private get hasRedis(): boolean {
    return this.redis.status === 'ready';
  }

  /** Null when it is this process's turn to count, or when there is nobody to ask. */
  private async findShared(): Promise<QueueFigures | null> {
    if (!this.hasRedis) return null;
    try {
      const isTurn = (await this.redis.set(TURN_KEY, '1', 'PX', this.everyMs, 'NX')) === 'OK';
      if (isTurn) return null;
      const text = await this.redis.get(KEY);
      return text === null ? null : (JSON.parse(text) as QueueFigures);
    } catch {
      // Redis is away, which is told elsewhere: the rows can be counted without it.
      return null;
    }
  }

  /** Kept for twice as long as they are good, so that nobody misses them who asks while they are being counted anew. */
  private async share(figures: QueueFigures): Promise<void> {
    if (!this.hasRedis) return;
    try {
      await this.redis.set(KEY, JSON.stringify(figures), 'PX', this.restOf(figures) * 2);
      if (figures.tookMs * REST > this.everyMs)
        await this.redis.set(TURN_KEY, '1', 'PX', this.restOf(figures));
    } catch {
      // As above.
    }
  }

  private isFresh(figures: QueueFigures): boolean {
    return Date.now() - figures.countedAt < this.restOf(figures);
  }

  private isOutdated(figures: QueueFigures): boolean {
    return Date.now() - figures.countedAt > this.restOf(figures) * 2;
  }

  private restOf({ tookMs }: QueueFigures): number {
    return Math.max(this.everyMs, Math.ceil(tookMs * REST));
  }

  private async count(): Promise<QueueFigures> {
    const now = new Date();
    const [[queued], [running], jobs] = await Promise.all([
      this.database.rows<QueuedRow>(COUNT_QUEUED, [now]),
      this.database.rows<RunningRow>(COUNT_RUNNING_UPLOADS, [now]),
      this.database.rows<JobsRow>(COUNT_OPEN_JOBS, [now]),
    ]);
    return {
      countedAt: now.getTime(),
      tookMs: Date.now() - now.getTime(),
      uploads: {
        planned: Number(queued?.planned ?? 0),
        due: Number(queued?.due ?? 0),
        paused: Number(queued?.paused ?? 0),
        inProgress: Number(running?.running ?? 0),
        lapsed: Number(running?.lapsed ?? 0),
      },
      oldestDueAt: queued?.oldest_due?.getTime() ?? null,
      lastPlannedAt: queued?.last_planned?.getTime() ?? null,
      people: Number(queued?.people ?? 0),
      jobs: JOB_KINDS.map((kind) => toJobFigures(kind, jobs)),
    };
  }
}

function toJobFigures(kind: JobKind, rows: readonly JobsRow[]): JobFigures {
  const rowOf = (status: JobsRow['status']): JobsRow | undefined =>
    rows.find((row) => row.kind === kind && row.status === status);
  const queued = rowOf('queued');
  const due = Number(queued?.due ?? 0);
  return {
    kind,
    waiting: Number(queued?.jobs ?? 0) - due,
    due,
    running: Number(rowOf('running')?.jobs ?? 0),
    oldestDueAt: due > 0 && queued ? queued.earliest.getTime() : null,
  };
}
