import type { JobKind } from '#app/protocol';
import type { Metrics } from './metrics.js';

/** Where the figures of a scrape come from; moments are milliseconds since the epoch. */
export interface ServiceFigures {
  readonly database: {
    ping(): Promise<void>;
    readonly poolUse: { used: number; idle: number; waiting: number };
  };
  /** `states` in the words of ioredis. */
  readonly redis: { ping(): Promise<void>; readonly states: readonly string[] };
  readonly queues: { find(): Promise<QueueFigures> };
  readonly workers: { list(): Promise<{ state: string }[]> };
  readonly chores: { list(): Promise<{ name: string; succeededAt: number | null; isStale: boolean }[]> };
}

interface QueueFigures {
  countedAt: number;
  uploads: { planned: number; due: number; paused: number; inProgress: number; lapsed: number };
  oldestDueAt: number | null;
  lastPlannedAt: number | null;
  people: number;
  jobs: { kind: JobKind; waiting: number; due: number; running: number; oldestDueAt: number | null }[];
}

const CONNECTION_STATES: Readonly<Record<string, string>> = {
  ready: 'ready',
  connect: 'connecting',
  connecting: 'connecting',
  wait: 'connecting',
  reconnecting: 'reconnecting',
};
const WORKER_STATES = ['live', 'stalled', 'stopping', 'stale'] as const;

const countOf = <T>(things: readonly T[], is: (thing: T) => boolean): number => things.filter(is).length;

/** Seconds since `at`; 0 for what never was. */
const ageOf = (at: number | null): number => (at === null ? 0 : Math.max(0, (Date.now() - at) / 1_000));

/** Has the gauges that are read at each scrape, on whichever process. */
export function collectServiceFigures(metrics: Metrics, figures: ServiceFigures): void {
  const { database, redis, queues, workers, chores } = figures;
  metrics.beforeScrape({
    group: 'connections',
    gauges: ['curator_database_connections', 'curator_database_waiting', 'curator_redis_connections'],
    collect: () => {
      const { used, idle, waiting } = database.poolUse;
      metrics.set('curator_database_connections', { state: 'used' }, used);
      metrics.set('curator_database_connections', { state: 'idle' }, idle);
      metrics.set('curator_database_waiting', {}, waiting);
      const states = redis.states.map((state) => CONNECTION_STATES[state] ?? 'closed');
      for (const state of ['ready', 'connecting', 'reconnecting', 'closed'])
        metrics.set(
          'curator_redis_connections',
          { state },
          countOf(states, (other) => other === state),
        );
    },
  });
  metrics.beforeScrape({
    group: 'database',
    gauges: [],
    collect: () => answers(() => database.ping()).then((up) => metrics.set('curator_database_up', {}, up)),
  });
  metrics.beforeScrape({
    group: 'redis',
    gauges: [],
    collect: () => answers(() => redis.ping()).then((up) => metrics.set('curator_redis_up', {}, up)),
  });
  metrics.beforeScrape({
    group: 'queues',
    gauges: [
      'curator_uploads',
      'curator_uploads_oldest_due_age_seconds',
      'curator_uploads_lapsed',
      'curator_rate_plan_commits',
      'curator_rate_plan_horizon_seconds',
      'curator_people_waiting',
      'curator_jobs',
      'curator_jobs_oldest_due_age_seconds',
      'curator_queue_figures_timestamp_seconds',
    ],
    collect: async () => setQueueFigures(metrics, await queues.find()),
  });
  metrics.beforeScrape({
    group: 'workers',
    gauges: ['curator_workers'],
    collect: async () => {
      const known = await workers.list();
      for (const state of WORKER_STATES)
        metrics.set(
          'curator_workers',
          { state },
          countOf(known, (worker) => worker.state === state),
        );
    },
  });
  metrics.beforeScrape({
    group: 'chores',
    gauges: ['curator_chore_last_success_timestamp_seconds', 'curator_chore_stale'],
    collect: async () => {
      for (const { name: chore, succeededAt, isStale } of await chores.list()) {
        metrics.set('curator_chore_stale', { chore }, isStale ? 1 : 0);
        if (succeededAt !== null)
          metrics.set('curator_chore_last_success_timestamp_seconds', { chore }, succeededAt / 1_000);
      }
    },
  });
}

function setQueueFigures(metrics: Metrics, figures: QueueFigures): void {
  const { planned, due, paused, inProgress, lapsed } = figures.uploads;
  metrics.set('curator_uploads', { state: 'planned' }, planned);
  metrics.set('curator_uploads', { state: 'due' }, due);
  metrics.set('curator_uploads', { state: 'paused' }, paused);
  metrics.set('curator_uploads', { state: 'in_progress' }, inProgress);
  metrics.set('curator_uploads_oldest_due_age_seconds', {}, ageOf(figures.oldestDueAt));
  metrics.set('curator_uploads_lapsed', {}, lapsed);
  metrics.set('curator_rate_plan_commits', {}, planned);
  const { lastPlannedAt } = figures;
  const horizon = lastPlannedAt === null ? 0 : Math.max(0, (lastPlannedAt - Date.now()) / 1_000);
  metrics.set('curator_rate_plan_horizon_seconds', {}, horizon);
  metrics.set('curator_people_waiting', {}, figures.people);
  for (const { kind, waiting, due: dueJobs, running, oldestDueAt } of figures.jobs) {
    metrics.set('curator_jobs', { kind, state: 'waiting' }, waiting);
    metrics.set('curator_jobs', { kind, state: 'due' }, dueJobs);
    metrics.set('curator_jobs', { kind, state: 'running' }, running);
    metrics.set('curator_jobs_oldest_due_age_seconds', { kind }, ageOf(oldestDueAt));
  }
  metrics.set('curator_queue_figures_timestamp_seconds', {}, figures.countedAt / 1_000);
}

/** 1 when it answers within a second. */
async function answers(ping: () => Promise<void>): Promise<0 | 1> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<0>((resolve) => {
    timer = setTimeout(() => resolve(0), 1_000);
  });
  const answered = ping().then(
    () => 1 as const,
    () => 0 as const,
  );
  const up = await Promise.race([answered, late]);
  clearTimeout(timer);
  return up;
}
