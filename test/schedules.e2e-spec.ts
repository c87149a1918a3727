import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScheduleRepository, type ScheduleTiming } from '#app/persistence';
import { aUser } from './support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from './support/databases.js';
import { waitUntil } from './support/wait-until.js';

const PROCESSES = 8;
const KILLS = 14;
const MINUTE_MS = 60_000;
/** Clocks in Berlin go back at 01:00 UTC. */
const START = Date.parse('2026-10-25T00:20:00Z');
const END = START + 60 * MINUTE_MS;
const STEP_MS = 20_000;

const cron = (expression: string, timeZone = 'UTC'): ScheduleTiming => ({
  recurrence: { kind: 'cron', expression },
  timeZone,
  days: { from: null, until: null },
  hours: null,
});
const every = (everyMinutes: number): ScheduleTiming => ({
  ...cron(''),
  recurrence: { kind: 'interval', everyMinutes },
});

/** Minutes after the start at which each runs, told by hand. */
const minutes = (first: number, step: number): number[] =>
  Array.from({ length: 60 }, (_, index) => first + index * step).filter((minute) => minute <= 60);
const PLANS: readonly { timing: ScheduleTiming; at: readonly number[] }[] = [
  { timing: cron('* * * * *'), at: minutes(1, 1) },
  { timing: cron('*/5 * * * *'), at: minutes(5, 5) },
  { timing: cron('7,23,41 * * * *'), at: [3, 21, 47] },
  { timing: cron('0 1 * * *'), at: [40] },
  { timing: cron('*/15 * * * *', 'Asia/Kolkata'), at: [10, 25, 40, 55] },
  { timing: cron('0 6 * * *', 'Asia/Kolkata'), at: [10] },
  { timing: cron('30 2 * * *', 'Europe/Berlin'), at: [10] },
  { timing: cron('30 * * * *', 'Europe/Berlin'), at: [10] },
  { timing: cron('15 2 * * *', 'Europe/Berlin'), at: [] },
  { timing: cron('*/20 * * * *', 'Europe/Berlin'), at: [20, 40, 60] },
  { timing: every(7), at: minutes(7, 7) },
  { timing: every(60), at: [60] },
  { timing: { ...cron('*/10 * * * *'), hours: { from: 1, until: 2 } }, at: [40, 50, 60] },
];

describe('schedules on eight processes', () => {
  let opened: OpenTestDatabase;
  const processes: ChildProcess[] = [];
  let isOver = false;

  beforeAll(async () => {
    opened = await openTestDatabase();
    await opened.database.change('CREATE TABLE virtual_clock (now datetime(3) NOT NULL)');
    await opened.database.change('INSERT INTO virtual_clock VALUES (?)', [new Date(START)]);
  });

  afterAll(async () => {
    isOver = true;
    for (const child of processes) child.kill('SIGKILL');
    await waitUntil('the processes to end', () =>
      processes.every((child) => child.signalCode !== null || child.exitCode !== null),
    );
    await opened.drop();
  });

  const start = async (): Promise<void> => {
    const child = spawn(
      process.execPath,
      ['--import', './test/support/follow-parent.mjs', 'dist/test/schedules/scan-forever.js'],
      {
        env: {
          PATH: process.env['PATH'] ?? '',
          TMPDIR: tmpdir(),
          DATABASE_URL: opened.url,
          REDIS_URL: process.env['TEST_REDIS_URL'] ?? '',
          CURATOR_OAUTH1_KEY: 'none',
          CURATOR_OAUTH1_SECRET: 'none',
          TOKEN_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
        },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    processes.push(child);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  };

  /** SIGKILL; another takes its place while the rest goes on. */
  const killOne = (): void => {
    const [child] = processes.splice(Math.floor(Math.random() * processes.length), 1);
    child?.kill('SIGKILL');
    void start().catch((error: unknown) => {
      if (!isOver) throw error;
    });
  };

  const count = async (statement: string, values: Date[] = []): Promise<number> => {
    const [row] = await opened.database.rows<{ n: number }>(statement, values);
    return row?.n ?? 0;
  };

  it('run each slot of an hour once, though processes are killed at random', async () => {
    const schedules = new ScheduleRepository(opened.database);
    const { userid } = await aUser(opened.database);
    const draft = { name: 'Old town', kind: 'watch-collection' as const, params: {}, enabled: true };
    const expected = new Map<number, string[]>();
    for (const { timing, at } of PLANS) {
      const { id } = await schedules.create(userid, { ...draft, timing }, new Date(START));
      expected.set(
        id,
        at.map((minute) => new Date(START + minute * MINUTE_MS).toISOString()),
      );
    }
    await Promise.all(Array.from({ length: PROCESSES }, start));

    const steps = (END - START) / STEP_MS;
    const killAt = new Set(Array.from({ length: KILLS }, () => Math.floor(Math.random() * steps)));
    for (let step = 1; step <= steps; step += 1) {
      const now = new Date(START + step * STEP_MS);
      await opened.database.change('UPDATE virtual_clock SET now = ?', [now]);
      if (killAt.has(step)) killOne();
      await waitUntil('what is due to have its runs', async () => {
        const due = 'SELECT COUNT(*) AS n FROM schedules WHERE enabled = 1 AND next_slot_at <= ?';
        return (await count(due, [now])) === 0;
      });
    }

    expect(processes.filter(({ exitCode }) => exitCode !== null)).toEqual([]);
    for (const [scheduleId, slots] of expected) {
      const { items } = await schedules.listRuns({
        scheduleId,
        sortby: 'slot_at',
        page: 0,
        size: 100,
        asc: true,
      });
      expect(items.map(({ slotAt }) => slotAt.toISOString())).toEqual(slots);
    }

    // What a killed process had picked is picked again a minute later, and everything comes to its end.
    await opened.database.change('UPDATE virtual_clock SET now = ?', [new Date(END + 0.9 * MINUTE_MS)]);
    await waitUntil('every run to end', async () => {
      await opened.database.change('UPDATE virtual_clock SET now = now + INTERVAL 1 SECOND');
      return (
        (await count("SELECT COUNT(*) AS n FROM schedule_runs WHERE status IN ('queued', 'running')")) === 0
      );
    });
    const jobs = await count('SELECT COUNT(*) AS n FROM jobs');
    expect(jobs).toBe(await count('SELECT COUNT(DISTINCT subject) AS n FROM jobs'));
    expect(jobs).toBe(await count("SELECT COUNT(*) AS n FROM schedule_runs WHERE status = 'complete'"));
  });
});
