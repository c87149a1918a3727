import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Metrics } from '#app/observability';
import { ChoreLog, RedisConnections } from '#app/persistence';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { RegularChores } from '../upkeep/regular-chores.js';
import { ChoreJournal } from './chore-journal.js';

class Quiet extends Logger {
  override error(): void {}
}

describe('the journal of regular chores', () => {
  let redis: RedisConnections;
  let chores: RegularChores | undefined;

  beforeAll(async () => {
    redis = new RedisConnections(process.env['TEST_REDIS_URL'] ?? '');
    await redis.shared.flushdb();
  });

  afterEach(() => chores?.end());

  afterAll(() => redis.close());

  it('tells of each what came of its turns, and all processes when it was last done', async () => {
    const metrics = new Metrics('worker');
    const log = new ChoreLog(redis.shared);
    const all = {
      good: () => Promise.resolve(0),
      bad: () => Promise.reject(new Error('No')),
      'busy elsewhere': () => Promise.resolve(false),
    };
    chores = new RegularChores(new SchedulerRegistry(), new Quiet(), all, new ChoreJournal(metrics, log));
    chores.begin(3_600);
    const known = await waitUntil('the first turns', async () => {
      const found = await log.list();
      const [bad, , good] = found;
      return typeof bad?.failedAt === 'number' && typeof good?.succeededAt === 'number' && found;
    });
    expect(known).toMatchObject([
      { name: 'bad', everyMs: 3_600_000, limitMs: 300_000, succeededAt: null, isStale: false },
      { name: 'busy elsewhere', succeededAt: null, failedAt: null },
      { name: 'good', failedAt: null },
    ]);
    const lines = (await metrics.render()).split('\n');
    expect(lines.filter((line) => line.startsWith('curator_chore_runs_total')).sort()).toEqual([
      'curator_chore_runs_total{chore="bad",outcome="failed"} 1',
      'curator_chore_runs_total{chore="busy elsewhere",outcome="elsewhere"} 1',
      'curator_chore_runs_total{chore="good",outcome="done"} 1',
    ]);
    expect(lines.filter((line) => line.startsWith('curator_chore_duration_seconds_count')).sort()).toEqual([
      'curator_chore_duration_seconds_count{chore="bad"} 1',
      'curator_chore_duration_seconds_count{chore="good"} 1',
    ]);
  });
});
