import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { openTestRedis } from '../../../../test/support/databases.js';
import type { RedisConnections } from '../redis/redis-connections.js';
import { PROBE_POLL_MS } from './commit-gate.lua.js';
import { countedMoments, planUploads, toLimit, type PlanWindow, type Ramp } from './plan-uploads.js';
import { RatePlan, type CommitTurn } from './rate-plan.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const IN_FLIGHT_MS = 5_000;

const dates = (moments: readonly number[]): Date[] => moments.map((moment) => new Date(moment));
const without = (list: readonly number[], item: number | undefined): number[] => {
  const index = item === undefined ? -1 : list.indexOf(item);
  return list.filter((_, place) => place !== index);
};

/** What the plan and its gate promise, said without Redis. */
class Model {
  reserved: number[] = [];
  settled: number[] = [];
  flying: number[] = [];
  private hold = 0;
  private refusals = 0;
  private isProbing = false;
  private probe: number | null = null;
  private ramp: Ramp | undefined;

  constructor(public windows: readonly PlanWindow[]) {}

  get longest(): number {
    return Math.max(0, ...this.windows.map((window) => toLimit(window).ms));
  }

  plan(count: number, now: number): number[] {
    const from = Math.max(now, this.hold);
    const { windows, reserved, ramp } = this;
    if (windows.length === 0) return Array.from({ length: count }, () => from);
    const counted = countedMoments({ hits: this.hits(), reserved, now });
    const planned = planUploads({ windows, reserved: counted, count, from, ...(ramp && { ramp }) });
    this.reserved = [...reserved, ...planned];
    return planned;
  }

  giveBack(moments: readonly number[]): void {
    for (const moment of moments) this.reserved = without(this.reserved, moment);
  }

  take(planned: number, now: number): CommitTurn {
    if (this.hold > now) return { kind: 'wait', until: new Date(this.hold) };
    if (this.isProbing && this.probe !== null && now < this.probe + IN_FLIGHT_MS) {
      return { kind: 'wait', until: new Date(Math.min(this.probe + IN_FLIGHT_MS, now + PROBE_POLL_MS)) };
    }
    const hits = countedMoments({ hits: this.hits(), reserved: [], now });
    const free = this.windows.map(toLimit).map(({ uploads, ms }) => (hits.at(-uploads) ?? -Infinity) + ms);
    const until = Math.max(now, ...free);
    if (until > now) return { kind: 'wait', until: new Date(until) };
    if (this.isProbing) this.probe = now;
    if (this.windows.length > 0) {
      this.giveBack([planned]);
      this.flying.push(now);
    }
    return { kind: 'go' };
  }

  settle(taken: number, at: number, accepted: boolean): void {
    this.flying = without(this.flying, taken);
    if (this.windows.length > 0) this.settled.push(at);
    if (this.probe === taken) this.probe = null;
    if (accepted && taken >= this.hold) {
      this.isProbing = false;
      this.refusals = 0;
      this.probe = null;
    }
  }

  noteRateLimited(now: number): Date {
    if (this.hold > now) return new Date(this.hold);
    const window = this.longest || 180_000;
    const first = Math.max(500, Math.ceil(window / 60));
    this.refusals = this.isProbing && this.hold + window > now ? this.refusals + 1 : 0;
    this.hold = now + Math.min(first * 2 ** this.refusals, Math.max(first, Math.ceil(window / 8)));
    this.isProbing = true;
    this.probe = null;
    this.ramp = { from: this.hold, ms: Math.max(250, Math.ceil(window / 480)) };
    return new Date(this.hold);
  }

  setWindows(windows: readonly PlanWindow[], now: number): boolean {
    const before = this.longest;
    const isSame = JSON.stringify(this.windows.map(toLimit)) === JSON.stringify(windows.map(toLimit));
    this.windows = windows;
    if (windows.length === 0) this.reserved = this.settled = [];
    if (windows.length === 0 || this.longest > before) this.flying = [];
    this.settled = this.settled.filter((moment) => moment > now - this.longest);
    return !isSame;
  }

  private hits(): number[] {
    return [...this.settled, ...this.flying.map((taken) => taken + IN_FLIGHT_MS)];
  }
}

const someWindows = fc.array(
  fc.record({
    hits: fc.integer({ min: 1, max: 5 }),
    seconds: fc.integer({ min: 1, max: 20 }),
    cost: fc.integer({ min: 1, max: 2 }),
  }),
  { maxLength: 3 },
);

const ACTIONS = ['reserve', 'take', 'take', 'take', 'settle', 'settle', 'back', 'replan', 'refused'] as const;

const someSteps = fc.array(
  fc.record({
    action: fc.oneof(
      { weight: 15, arbitrary: fc.constantFrom(...ACTIONS) },
      { weight: 1, arbitrary: someWindows },
    ),
    ms: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 0, max: 4_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 900_000 }) },
    ),
    number: fc.nat({ max: 12 }),
    isGood: fc.boolean(),
  }),
  { minLength: 10, maxLength: 60 },
);

type Step = typeof someSteps extends fc.Arbitrary<(infer S)[]> ? S : never;

async function replay(
  steps: readonly Step[],
  { plan, model, userid }: { plan: RatePlan; model: Model; userid: string },
): Promise<void> {
  let now = START;
  const pick = (list: readonly number[], number: number): number | undefined => list[number % list.length];
  for (const { action, ms, number, isGood } of steps) {
    now += ms;
    const at = new Date(now);
    if (typeof action !== 'string') {
      const known = model.windows.length > 0 ? model : null;
      expect(await plan.setWindows(userid, action, at)).toBe(model.setWindows(action, now));
      if (known === null) expect(model.flying).toEqual([]);
    } else if (action === 'reserve') {
      const planned = await plan.reserve({ userid, count: number, windows: model.windows, now: at });
      expect(planned).toEqual(dates(number === 0 ? [] : model.plan(number, now)));
    } else if (action === 'replan') {
      const back = model.reserved.slice(number);
      model.reserved = model.reserved.slice(0, number);
      const running = dates(model.reserved).map((plannedAt, uploadId) => ({
        uploadId,
        plannedAt,
        isUsed: false,
      }));
      const rows = { running, queued: dates(back) };
      const replanned = plan.replan({ userid, ...rows, count: back.length, now: at });
      expect(await replanned).toEqual(dates(model.plan(back.length, now)));
    } else if (action === 'back') {
      const back = model.reserved.slice(number, number + 2);
      await plan.giveBack(userid, dates(back));
      model.giveBack(back);
    } else if (action === 'take') {
      const planned = pick(model.reserved, number) ?? now;
      const turn = await plan.takeCommit({ userid, plannedAt: new Date(planned), now: at });
      expect(turn).toEqual(model.take(planned, now));
    } else if (action === 'settle') {
      const taken = pick(model.flying, number);
      if (taken === undefined) continue;
      await plan.settleCommit({ userid, takenAt: new Date(taken), at, accepted: isGood });
      model.settle(taken, now, isGood);
    } else {
      expect(await plan.noteRateLimited(userid, at)).toEqual(model.noteRateLimited(now));
    }
  }
}

describe('RatePlan, whatever happens', () => {
  let redis: RedisConnections;

  beforeAll(() => {
    redis = openTestRedis();
  });

  afterAll(() => redis.close());

  it('plans and lets through what the model does', async () => {
    await fc.assert(
      fc.asyncProperty(someWindows, someSteps, async (windows, steps) => {
        const model = new Model(windows);
        const userid = randomUUID();
        const rows = (_: string, since: Date): Promise<{ reserved: Date[]; hits: Date[] }> =>
          Promise.resolve({
            reserved: dates(model.reserved),
            hits: dates(model.settled).filter((moment) => moment >= since),
          });
        const plan = new RatePlan(redis.shared, rows, { inFlightMs: IN_FLIGHT_MS });
        await plan.setWindows(userid, windows, new Date(START));
        await replay(steps, { plan, model, userid });
      }),
      { numRuns: 150, seed: 2_026 },
    );
  });
});
