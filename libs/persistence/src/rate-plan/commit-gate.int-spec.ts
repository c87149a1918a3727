import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { openTestRedis } from '../../../../test/support/databases.js';
import type { RedisConnections } from '../redis/redis-connections.js';
import { planUploads, toLimit, type PlanWindow } from './plan-uploads.js';
import { RatePlan } from './rate-plan.js';
import { Agenda } from './testing/agenda.js';

const START = Date.parse('2026-03-01T12:00:00Z');

/** Counts each hit as it comes, in sliding windows, and refuses what would exceed one. */
class Wiki {
  refused = 0;
  readonly accepted: number[] = [];
  private readonly hits: number[] = [];

  constructor(private readonly windows: readonly PlanWindow[]) {}

  hit(now: number): boolean {
    const isFull = this.windows
      .map(toLimit)
      .some(({ uploads, ms }) => this.hits.filter((hit) => hit > now - ms).length >= uploads);
    if (!isFull) this.hits.push(now);
    return !isFull;
  }

  commit(now: number): boolean {
    const isAccepted = this.hit(now);
    if (isAccepted) this.accepted.push(now);
    else this.refused += 1;
    return isAccepted;
  }
}

interface Commit {
  /** From sending to the wiki's counting it. */
  out: number;
  /** From counting to the answer. */
  back: number;
}

describe('The gate before commits', () => {
  let redis: RedisConnections;

  beforeAll(() => {
    redis = openTestRedis();
  });

  afterAll(() => redis.close());

  const newPlan = (): RatePlan =>
    new RatePlan(redis.shared, () => Promise.resolve({ reserved: [], hits: [] }));

  /** Every upload asks at its planned moment, and again when it is told to; its plan is not made anew. */
  async function upload(
    commits: readonly Commit[],
    { wiki, windows, elsewhere = [] }: { wiki: Wiki; windows: readonly PlanWindow[]; elsewhere?: number[] },
  ): Promise<void> {
    const plan = newPlan();
    const userid = randomUUID();
    const agenda = new Agenda();
    const ask =
      (commit: Commit, plannedAt: Date) =>
      async (now: number): Promise<void> => {
        const turn = await plan.takeCommit({ userid, plannedAt, now: new Date(now) });
        if (turn.kind === 'wait') return agenda.add(turn.until.getTime(), ask(commit, plannedAt));
        expect(turn).toEqual({ kind: 'go' });
        agenda.add(now + commit.out, async (counted) => {
          const accepted = wiki.commit(counted);
          agenda.add(counted + commit.back, async (at) => {
            await plan.settleCommit({ userid, takenAt: new Date(now), at: new Date(at), accepted });
            if (accepted) return;
            const until = await plan.noteRateLimited(userid, new Date(at));
            agenda.add(until.getTime(), ask(commit, plannedAt));
          });
        });
      };
    for (const at of elsewhere) agenda.add(START + at, async (now) => void wiki.hit(now));
    const slices = [commits.slice(0, 7), commits.slice(7)];
    for (const slice of slices) {
      const moments = await plan.reserve({ userid, count: slice.length, windows, now: new Date(START) });
      moments.forEach((moment, index) => {
        const commit = slice[index];
        if (commit) agenda.add(moment.getTime(), ask(commit, moment));
      });
    }
    await agenda.runAll();
  }

  const someWindows = fc.array(
    fc.record({
      hits: fc.integer({ min: 2, max: 8 }),
      seconds: fc.integer({ min: 1, max: 12 }),
      cost: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  );

  const someCommits = fc.array(fc.record({ out: fc.nat({ max: 3_000 }), back: fc.nat({ max: 3_000 }) }), {
    minLength: 1,
    maxLength: 40,
  });

  it('keeps every window, however long the answers take', async () => {
    await fc.assert(
      fc.asyncProperty(someWindows, someCommits, async (windows, commits) => {
        const wiki = new Wiki(windows);
        await upload(commits, { wiki, windows });
        expect([wiki.refused, wiki.accepted.length]).toEqual([0, commits.length]);
      }),
      { numRuns: 60, seed: 2_026 },
    );
  });

  it('lets each through at the earliest moment of all plans', async () => {
    await fc.assert(
      fc.asyncProperty(someWindows, fc.integer({ min: 1, max: 40 }), async (windows, count) => {
        const wiki = new Wiki(windows);
        const commits = Array.from({ length: count }, () => ({ out: 0, back: 0 }));
        await upload(commits, { wiki, windows });
        expect(wiki.accepted).toEqual(planUploads({ windows, reserved: [], count, from: START }));
      }),
      { numRuns: 60, seed: 2_026 },
    );
  });

  it('ends all uploads although somebody else uses the account', async () => {
    const elsewhere = fc.array(fc.nat({ max: 60_000 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(someWindows, someCommits, elsewhere, async (windows, commits, others) => {
        const wiki = new Wiki(windows);
        await upload(commits, { wiki, windows, elsewhere: others });
        expect(wiki.accepted.length).toBe(commits.length);
      }),
      { numRuns: 60, seed: 2_026 },
    );
  });

  it('asks with few probes while somebody else fills the window, then goes on at full speed', async () => {
    const windows = [{ hits: 380, seconds: 43.2 }];
    const wiki = new Wiki(windows);
    const commits = Array.from({ length: 500 }, () => ({ out: 50, back: 50 }));
    await upload(commits, { wiki, windows, elsewhere: Array.from({ length: 300 }, () => 0) });
    expect(wiki.accepted.length).toBe(500);
    const inFirstFlight = 300;
    expect(wiki.refused - inFirstFlight).toBeLessThan(20);
    expect(Math.max(...wiki.accepted) - START).toBeLessThan(2 * 43_200 + 43_200 / 8 + 1_000);
  });

  it('lets one through at a time after a refusal, until one is accepted', async () => {
    const plan = newPlan();
    const userid = randomUUID();
    const windows = [{ hits: 100, seconds: 60 }];
    const at = (ms: number): Date => new Date(START + ms);
    const take = (ms: number): Promise<unknown> => plan.takeCommit({ userid, plannedAt: at(0), now: at(ms) });
    await plan.reserve({ userid, count: 10, windows, now: at(0) });
    expect(await take(0)).toEqual({ kind: 'go' });
    expect(await plan.noteRateLimited(userid, at(100))).toEqual(at(1_100));
    expect(await plan.noteRateLimited(userid, at(200))).toEqual(at(1_100));
    expect(await take(500)).toEqual({ kind: 'wait', until: at(1_100) });

    expect(await take(1_100)).toEqual({ kind: 'go' });
    expect(await take(1_101)).toEqual({ kind: 'wait', until: at(1_601) });
    await plan.settleCommit({ userid, takenAt: at(1_100), at: at(1_300), accepted: false });
    expect(await plan.noteRateLimited(userid, at(1_300))).toEqual(at(3_300));

    expect(await take(3_300)).toEqual({ kind: 'go' });
    await plan.settleCommit({ userid, takenAt: at(0), at: at(3_400), accepted: true });
    expect(await take(3_500)).toEqual({ kind: 'wait', until: at(4_000) });
    expect(await take(63_299)).toEqual({ kind: 'wait', until: at(63_300) });
    expect(await take(63_300)).toEqual({ kind: 'go' });
    await plan.settleCommit({ userid, takenAt: at(63_300), at: at(63_400), accepted: true });
    expect([await take(63_400), await take(63_400)]).toEqual([{ kind: 'go' }, { kind: 'go' }]);
    expect(await plan.noteRateLimited(userid, at(63_500))).toEqual(at(64_500));
  });

  it('uses one place for each upload, however often it is tried, until it is planned anew', async () => {
    const plan = newPlan();
    const userid = randomUUID();
    const windows = [{ hits: 100, seconds: 60 }];
    const now = new Date(START);
    const places = (): Promise<number> => redis.shared.zcard(`curator:rate-plan:{${userid}}:reserved`);
    const take = (uploadId: number): Promise<unknown> =>
      plan.takeCommit({ userid, uploadId, plannedAt: now, now });
    await plan.reserve({ userid, count: 5, windows, now });
    for (const uploadId of [1, 1, 1, 2]) expect(await take(uploadId)).toEqual({ kind: 'go' });
    expect(await places()).toBe(3);
    await plan.giveBack(userid, [now], 2);
    expect(await places()).toBe(3);
    await plan.giveBack(userid, [now], 3);
    expect(await places()).toBe(2);

    const running = [1, 4].map((uploadId) => ({ uploadId, plannedAt: now, isUsed: false }));
    await plan.replan({ userid, running, queued: [now], count: 1, now });
    expect(await places()).toBe(2);
    await take(1);
    expect(await places()).toBe(2);
    await plan.replan({ userid, running: [], queued: [now, now, now], count: 3, now });
    await take(1);
    expect(await places()).toBe(2);
  });

  it('counts a commit whose worker died for a minute more than it might have', async () => {
    const plan = newPlan();
    const userid = randomUUID();
    const windows = [{ hits: 1, seconds: 10 }];
    const take = (ms: number): Promise<unknown> =>
      plan.takeCommit({ userid, plannedAt: new Date(START), now: new Date(START + ms) });
    await plan.setWindows(userid, windows, new Date(START));
    expect(await take(0)).toEqual({ kind: 'go' });
    expect(await take(20_000)).toEqual({ kind: 'wait', until: new Date(START + 30_000) });
    expect(await take(69_999)).toEqual({ kind: 'wait', until: new Date(START + 70_000) });
    expect(await take(70_000)).toEqual({ kind: 'go' });
  });

  it('wants to know the windows when they are lost, and lets through who has none', async () => {
    const plan = newPlan();
    const userid = randomUUID();
    const now = new Date(START);
    const take = (): Promise<unknown> => plan.takeCommit({ userid, plannedAt: now, now });
    expect(await take()).toEqual({ kind: 'unknown' });
    expect(await plan.replan({ userid, running: [], queued: [], count: 1, now })).toBeNull();
    await plan.noteRateLimited(userid, new Date(START - 3_000));
    expect(await take()).toEqual({ kind: 'unknown' });
    expect(await plan.setWindows(userid, [], now)).toBe(true);
    expect(await plan.setWindows(userid, [], now)).toBe(false);
    expect(await plan.isUnlimited(userid)).toBe(true);
    expect(await take()).toEqual({ kind: 'go' });
    await plan.settleCommit({ userid, takenAt: now, at: now, accepted: true });
    const turns = await Promise.all(Array.from({ length: 100 }, take));
    expect(turns).toEqual(turns.map(() => ({ kind: 'go' })));
  });
});
