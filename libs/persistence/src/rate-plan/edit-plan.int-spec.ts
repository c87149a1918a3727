import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { openTestRedis } from '../../../../test/support/databases.js';
import type { RedisConnections } from '../redis/redis-connections.js';
import { EditPlan } from './edit-plan.js';
import type { PlanWindow } from './plan-uploads.js';
import { RatePlan, type CountedTimes } from './rate-plan.js';
import { Agenda } from './testing/agenda.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const at = (ms: number): Date => new Date(START + ms);
const ORDINARY: PlanWindow[] = [
  { hits: 380, seconds: 4_320 },
  { hits: 900, seconds: 180, cost: 2, edits: true },
];

/** Counts uploads and edits as they come, an upload as so many edits, and refuses what would exceed a window. */
class Wiki {
  readonly uploads: number[] = [];
  readonly edits: number[] = [];
  refused = 0;

  constructor(private readonly windows: readonly PlanWindow[]) {}

  upload(now: number): boolean {
    return this.count(now, this.uploads, ({ hits, seconds, cost = 1, edits }) => {
      const own = this.recent(this.uploads, now, seconds) * cost;
      return own + (edits ? this.recent(this.edits, now, seconds) : 0) + cost <= hits;
    });
  }

  edit(now: number): boolean {
    return this.count(now, this.edits, ({ hits, seconds, cost = 1, edits }) => {
      if (!edits) return true;
      return (
        this.recent(this.uploads, now, seconds) * cost + this.recent(this.edits, now, seconds) + 1 <= hits
      );
    });
  }

  private recent(list: readonly number[], now: number, seconds: number): number {
    return list.filter((moment) => moment > now - seconds * 1_000).length;
  }

  private count(now: number, list: number[], fits: (window: PlanWindow) => boolean): boolean {
    const isAccepted = this.windows.every(fits);
    if (isAccepted) list.push(now);
    else this.refused += 1;
    return isAccepted;
  }
}

interface Trip {
  /** From sending to the wiki's counting it. */
  out: number;
  /** From counting to the answer. */
  back: number;
}

interface Work {
  windows: readonly PlanWindow[];
  uploads: readonly Trip[];
  edits: readonly Trip[];
  /** Edits under way at once. */
  atOnce: number;
  /** Somebody else's edits. */
  elsewhere?: readonly number[];
}

describe('EditPlan', () => {
  let redis: RedisConnections;

  beforeAll(() => {
    redis = openTestRedis();
  });

  afterAll(() => redis.close());

  const newPlans = (
    rows: Partial<CountedTimes> = {},
  ): { plan: RatePlan; editing: EditPlan; userid: string } => ({
    plan: new RatePlan(redis.shared, () => Promise.resolve({ reserved: [], hits: [], ...rows })),
    editing: new EditPlan(redis.shared),
    userid: randomUUID(),
  });

  /** Uploads ask at their planned moments, edits one after the other, and both again when they are told to. */
  async function work({ windows, uploads, edits, atOnce, elsewhere = [] }: Work): Promise<Wiki> {
    const { plan, editing, userid } = newPlans();
    const wiki = new Wiki(windows);
    const agenda = new Agenda();
    const upload =
      (trip: Trip, plannedAt: Date) =>
      async (now: number): Promise<void> => {
        const turn = await plan.takeCommit({ userid, plannedAt, now: new Date(now) });
        if (turn.kind === 'wait') return agenda.add(turn.until.getTime(), upload(trip, plannedAt));
        expect(turn).toEqual({ kind: 'go' });
        agenda.add(now + trip.out, async (counted) => {
          const accepted = wiki.upload(counted);
          agenda.add(counted + trip.back, async (end) => {
            await plan.settleCommit({ userid, takenAt: new Date(now), at: new Date(end), accepted });
            if (accepted) return;
            const until = await plan.noteRateLimited(userid, new Date(end));
            agenda.add(until.getTime(), upload(trip, plannedAt));
          });
        });
      };
    const left = [...edits];
    const editNext = async (now: number): Promise<void> => {
      const trip = left.pop();
      if (trip) await edit(trip)(now);
    };
    const edit =
      (trip: Trip) =>
      async (now: number): Promise<void> => {
        const turn = await editing.take(userid, new Date(now));
        if (turn.kind === 'wait') return agenda.add(turn.until.getTime(), edit(trip));
        expect(turn).toEqual({ kind: 'go' });
        agenda.add(now + trip.out, async (counted) => {
          const accepted = wiki.edit(counted);
          agenda.add(counted + trip.back, async (end) => {
            await editing.settle(userid, { takenAt: new Date(now), at: new Date(end), accepted });
            if (accepted) return agenda.add(end, editNext);
            agenda.add((await editing.noteRateLimited(userid, new Date(end))).getTime(), edit(trip));
          });
        });
      };
    for (const ms of elsewhere) agenda.add(START + ms, async (now) => void wiki.edit(now));
    const moments = await plan.reserve({ userid, count: uploads.length, windows, now: at(0) });
    if (uploads.length === 0) await plan.setWindows(userid, windows, at(0));
    moments.forEach((moment, index) => {
      const trip = uploads[index];
      if (trip) agenda.add(moment.getTime(), upload(trip, moment));
    });
    for (let index = 0; index < atOnce; index += 1) agenda.add(START + index, editNext);
    await agenda.runAll();
    return wiki;
  }

  const someWindows = fc
    .tuple(
      fc.array(
        fc.record({ hits: fc.integer({ min: 1, max: 8 }), seconds: fc.integer({ min: 1, max: 12 }) }),
        {
          maxLength: 1,
        },
      ),
      fc.array(
        fc.record({ hits: fc.integer({ min: 2, max: 12 }), seconds: fc.integer({ min: 1, max: 12 }) }),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
    )
    .map(([uploads, edits]): PlanWindow[] => [
      ...uploads,
      ...edits.map((window) => ({ ...window, cost: 2, edits: true })),
    ]);
  const someTrips = fc.array(fc.record({ out: fc.nat({ max: 3_000 }), back: fc.nat({ max: 3_000 }) }), {
    maxLength: 25,
  });
  const someWork = fc.record({
    windows: someWindows,
    uploads: someTrips,
    edits: someTrips,
    atOnce: fc.integer({ min: 1, max: 3 }),
  });

  it('keeps every window together with uploads, however long the answers take', async () => {
    await fc.assert(
      fc.asyncProperty(someWork, async (some) => {
        const wiki = await work(some);
        expect([wiki.refused, wiki.uploads.length, wiki.edits.length]).toEqual([
          0,
          some.uploads.length,
          some.edits.length,
        ]);
      }),
      { numRuns: 80, seed: 2_026 },
    );
  });

  it('ends all of them although somebody else uses the account', async () => {
    const elsewhere = fc.array(fc.nat({ max: 60_000 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(someWork, elsewhere, async (some, others) => {
        const wiki = await work({ ...some, elsewhere: others });
        expect(wiki.uploads.length).toBe(some.uploads.length);
        expect(wiki.edits.length).toBeGreaterThanOrEqual(some.edits.length);
      }),
      { numRuns: 40, seed: 2_026 },
    );
  });

  it('leaves half of a window to the uploads that are planned in it, and uses all of it where there are none', async () => {
    const windows = [{ hits: 40, seconds: 10, cost: 2, edits: true }];
    const { plan, editing, userid } = newPlans();
    const takeMany = async (): Promise<number> => {
      for (let taken = 0; ; taken += 1) if ((await editing.take(userid, at(0))).kind !== 'go') return taken;
    };
    await plan.reserve({ userid, count: 15, windows, now: at(0) });
    expect(await takeMany()).toBe(20);
    const commit = { userid, plannedAt: at(0), now: at(0) };
    for (let upload = 0; upload < 10; upload += 1)
      expect(await plan.takeCommit(commit)).toEqual({ kind: 'go' });
    expect((await plan.takeCommit(commit)).kind).toBe('wait');
    await plan.giveBack(
      userid,
      Array.from({ length: 5 }, () => at(0)),
    );
    expect(await takeMany()).toBe(0);
    const alone = newPlans();
    await alone.plan.setWindows(alone.userid, windows, at(0));
    const turns = Array.from({ length: 41 }, () => alone.editing.take(alone.userid, at(0)));
    expect((await Promise.all(turns)).filter(({ kind }) => kind === 'go')).toHaveLength(40);
  });

  it('keeps an edit window full for as long as there is work', async () => {
    const windows = [{ hits: 40, seconds: 10, cost: 2, edits: true }];
    const edits = Array.from({ length: 120 }, () => ({ out: 10, back: 10 }));
    const wiki = await work({ windows, uploads: [], edits, atOnce: 2 });
    expect(Math.max(...wiki.edits) - START).toBeLessThan(22_000);
  });

  it('is no limit to those who have none, and asks for windows that are lost', async () => {
    const { plan, editing, userid } = newPlans();
    expect(await editing.take(userid, at(0))).toEqual({ kind: 'unknown' });
    await plan.setWindows(userid, [], at(0));
    const turns = await Promise.all(Array.from({ length: 50 }, () => editing.take(userid, at(0))));
    expect(turns).toEqual(turns.map(() => ({ kind: 'go' })));
    await editing.settle(userid, { takenAt: at(0), at: at(1), accepted: true });
    await plan.setWindows(userid, ORDINARY, at(2));
    expect(await editing.take(userid, at(2))).toEqual({ kind: 'go' });
  });

  it('counts again what the rows know when all was lost', async () => {
    const windows = [{ hits: 4, seconds: 10, cost: 2, edits: true }];
    const { plan, editing, userid } = newPlans({ edits: [at(-5_000), at(-5_000), at(-4_000)], hits: [] });
    await plan.setWindows(userid, windows, at(0));
    expect(await editing.take(userid, at(0))).toEqual({ kind: 'go' });
    await editing.settle(userid, { takenAt: at(0), at: at(0), accepted: true });
    expect(await editing.take(userid, at(1))).toEqual({ kind: 'wait', until: at(5_000) });
    expect(await plan.takeCommit({ userid, plannedAt: at(1), now: at(1) })).toEqual({
      kind: 'wait',
      until: at(5_000),
    });
  });

  it('waits after a refusal, longer with each, and then sends one at a time; uploads go on', async () => {
    const { plan, editing, userid } = newPlans();
    await plan.setWindows(userid, ORDINARY, at(0));
    expect(await editing.noteRateLimited(userid, at(0))).toEqual(at(3_000));
    expect(await editing.take(userid, at(10))).toEqual({ kind: 'wait', until: at(3_000) });
    expect(await plan.takeCommit({ userid, plannedAt: at(10), now: at(10) })).toEqual({ kind: 'go' });
    expect(await editing.take(userid, at(3_000))).toEqual({ kind: 'go' });
    expect(await editing.take(userid, at(3_001))).toEqual({ kind: 'wait', until: at(3_501) });
    await editing.settle(userid, { takenAt: at(3_000), at: at(3_100), accepted: false });
    expect(await editing.noteRateLimited(userid, at(3_100))).toEqual(at(9_100));
    expect(await editing.take(userid, at(9_100))).toEqual({ kind: 'go' });
    await editing.settle(userid, { takenAt: at(9_100), at: at(9_200), accepted: true });
    expect(await editing.take(userid, at(9_200))).toEqual({ kind: 'go' });
    expect(await editing.take(userid, at(9_200))).toEqual({ kind: 'go' });
  });

  it('is told of in the plan of uploads', async () => {
    const windows = [{ hits: 8, seconds: 10, cost: 2, edits: true }];
    const { plan, editing, userid } = newPlans();
    await plan.setWindows(userid, windows, at(0));
    for (let edit = 0; edit < 4; edit += 1) {
      await editing.take(userid, at(0));
      await editing.settle(userid, { takenAt: at(0), at: at(0), accepted: true });
    }
    const moments = await plan.reserve({ userid, count: 4, windows, now: at(1) });
    expect(moments).toEqual([at(1), at(1), at(10_001), at(10_001)]);
  });
});
