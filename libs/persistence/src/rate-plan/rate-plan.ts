import { LuaScript } from '../redis/lua-script.js';
import type { RedisClient } from '../redis/redis-connections.js';
import { NOTE_RATE_LIMITED, SETTLE_COMMIT, TAKE_COMMIT } from './commit-gate.lua.js';
import { planKeys } from './plan-keys.js';
import { toLimit, toStoredLimit, type PlanWindow } from './plan-uploads.js';
import { GIVE_BACK, PLAN_UPLOADS, SET_WINDOWS } from './plan-uploads.lua.js';

export interface Reservation {
  userid: string;
  count: number;
  /** None: no limit. */
  windows: readonly PlanWindow[];
  /** The windows are a guess, used only where none are known. */
  isGuess?: boolean;
  now: Date;
}

/** What counts in a person's windows, as the rows tell it. */
export interface CountedTimes {
  /** Planned moments of what is neither committed nor paused. */
  reserved: readonly Date[];
  /** Moments of commits. */
  hits: readonly Date[];
  /** Moments of single edits. */
  edits?: readonly Date[];
}

export interface RunningUpload {
  uploadId: number;
  plannedAt: Date;
  /** Its place is known to be used: a commit was sent. */
  isUsed: boolean;
}

/** Planned moments of all that a person has not committed, as the rows tell them. */
export interface PlannedRows {
  userid: string;
  /** What is being worked on. */
  running: readonly RunningUpload[];
  /** Of everything else, paused or not. */
  queued: readonly Date[];
  /** How many of the queued are to be planned. */
  count: number;
  now: Date;
}

/** @param since earlier commits do not count any more */
export type LoadCounted = (userid: string, since: Date) => Promise<CountedTimes>;

/** Whether a commit may be sent now. `unknown`: the windows are lost and have to be set. */
export type CommitTurn = { kind: 'go' } | { kind: 'wait'; until: Date } | { kind: 'unknown' };

/**
 * For how long a commit counts as under way while its end is not told; most take a few seconds. One that takes longer, with a
 * request's timeout and the polling after it some minutes, counts from then on as if it had been answered then, until it is.
 * So does for good one of a worker that died.
 */
const IN_FLIGHT_MS = 60_000;

const PLAN = new LuaScript(PLAN_UPLOADS);
const SET = new LuaScript(SET_WINDOWS);
const BACK = new LuaScript(GIVE_BACK);
const TAKE = new LuaScript(TAKE_COMMIT);
const SETTLE = new LuaScript(SETTLE_COMMIT);
const NOTE = new LuaScript(NOTE_RATE_LIMITED);

const toJson = (windows: readonly PlanWindow[]): string => JSON.stringify(windows.map(toStoredLimit));

/** Moments in milliseconds with how often each occurs, flat. */
function counted(moments: readonly Date[]): number[] {
  const counts = new Map<number, number>();
  for (const moment of moments) counts.set(moment.getTime(), (counts.get(moment.getTime()) ?? 0) + 1);
  return [...counts].flat();
}

/**
 * When each person's uploads may be committed, over all their batches and all processes: a plan of moments, and a gate
 * that each commit passes before it is sent. Both are kept in Redis until nothing of them counts any more, and rebuilt
 * from the rows when Redis has lost them.
 */
export class RatePlan {
  private readonly inFlightMs: number;
  private readonly holdScale: number;

  /**
   * @param inFlightMs how long a commit whose end is never told counts as under way
   * @param holdScale factor on the waits after a refusal; 1 in production
   */
  constructor(
    private readonly redis: RedisClient,
    private readonly loadCounted: LoadCounted,
    { inFlightMs = IN_FLIGHT_MS, holdScale = 1 }: { inFlightMs?: number; holdScale?: number } = {},
  ) {
    this.inFlightMs = inFlightMs;
    this.holdScale = holdScale;
  }

  /** Reserves the earliest moments that every window allows; all at once, so that no other reservation comes between. Ascending. */
  async reserve({ userid, count, windows, isGuess = false, now }: Reservation): Promise<Date[]> {
    if (count === 0) return [];
    const question = { now: now.getTime(), count, windows: toJson(windows), isGuess };
    const answer = await this.askWithRows(PLAN, userid, windows, question);
    return expand(answer as number[]);
  }

  /**
   * Frees moments that are not needed after all; each once.
   * @param uploadId whose it is: nothing happens when a commit of that one has used it
   */
  async giveBack(userid: string, moments: readonly Date[], uploadId?: number): Promise<void> {
    if (moments.length === 0) return;
    await this.ask(BACK, userid, { now: Date.now(), back: counted(moments), upload: uploadId });
  }

  /** @returns true when they differ from the ones that were known, also when none were */
  async setWindows(userid: string, windows: readonly PlanWindow[], now: Date): Promise<boolean> {
    const question = { now: now.getTime(), windows: toJson(windows) };
    return (await this.askWithRows(SET, userid, windows, question)) === 'changed';
  }

  /**
   * Asks whether a commit may be sent now: every window has room for it, and the wiki has not refused lately. Having gone
   * it counts, and its place in the plan is used up. After a refusal one goes at a time until one is accepted.
   * @param request.uploadId whose place it is: a further commit of that one, unless planned anew, uses nobody's
   */
  async takeCommit({
    userid,
    uploadId,
    plannedAt,
    now,
  }: {
    userid: string;
    uploadId?: number;
    plannedAt: Date;
    now: Date;
  }): Promise<CommitTurn> {
    const question = {
      now: now.getTime(),
      planned: plannedAt.getTime(),
      upload: uploadId,
      inFlight: this.inFlightMs,
    };
    const [kind, until] = (await this.ask(TAKE, userid, question)) as [CommitTurn['kind'], number?];
    return kind === 'wait' ? { kind, until: new Date(until ?? now) } : { kind };
  }

  /**
   * The answer to a commit that went at `takenAt` came, or was given up, at `at`: it counts from there.
   * @param accepted the file is published; ends the caution after a refusal
   */
  async settleCommit({
    userid,
    takenAt,
    at,
    accepted,
  }: {
    userid: string;
    takenAt: Date;
    at: Date;
    accepted: boolean;
  }): Promise<void> {
    const question = {
      now: at.getTime(),
      taken: takenAt.getTime(),
      accepted,
      inFlight: this.inFlightMs,
    };
    await this.ask(SETTLE, userid, question);
  }

  /**
   * The wiki has refused a commit that this plan allows: somebody uses the account elsewhere. Nothing is planned or sent
   * for a while: a sixtieth of the longest window, doubled with each refusal that follows, an eighth at most. What is
   * planned for afterwards begins with one upload, then in each step (a 480th of the window) twice as many as before.
   * @returns until when
   */
  async noteRateLimited(userid: string, now: Date): Promise<Date> {
    return new Date((await this.ask(NOTE, userid, { now: now.getTime(), scale: this.holdScale })) as number);
  }

  /**
   * Makes the plan anew from the rows in one step: the running keep their places, `count` of the queued get the earliest
   * that are left. Whatever else was reserved is forgotten, except what a slice reserved within the last minute that has
   * no row yet. Ascending; null when the windows are lost.
   */
  async replan({ userid, running, queued, count, now }: PlannedRows): Promise<Date[] | null> {
    const answer = await this.ask(PLAN, userid, {
      now: now.getTime(),
      count,
      rows: counted([...running.map(({ plannedAt }) => plannedAt), ...queued]),
      running: running.flatMap(({ uploadId, plannedAt, isUsed }) => [
        plannedAt.getTime(),
        uploadId,
        isUsed ? 1 : 0,
      ]),
    });
    return answer === null ? null : expand(answer as number[]);
  }

  /** Whether the person is known to have no windows. */
  async isUnlimited(userid: string): Promise<boolean> {
    const [key = ''] = planKeys(userid);
    return (await this.redis.hget(key, 'windows')) === toJson([]);
  }

  /** Asks again with what the rows tell where Redis has lost it. */
  private async askWithRows(
    script: LuaScript,
    userid: string,
    windows: readonly PlanWindow[],
    question: { now: number },
  ): Promise<unknown> {
    const answer = await this.ask(script, userid, question);
    if (answer !== null) return answer;
    const longest = Math.max(...windows.map((window) => toLimit(window).ms));
    const { reserved, hits, edits = [] } = await this.loadCounted(userid, new Date(question.now - longest));
    const known = { reserved: counted(reserved), hits: counted(hits), edits: counted(edits) };
    return this.ask(script, userid, { ...question, known });
  }

  private ask(script: LuaScript, userid: string, question: object): Promise<unknown> {
    return script.run(this.redis, planKeys(userid), [JSON.stringify(question)]);
  }
}

function expand(pairs: readonly number[]): Date[] {
  const moments: Date[] = [];
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const moment = pairs[index] ?? 0;
    for (let left = pairs[index + 1] ?? 0; left > 0; left -= 1) moments.push(new Date(moment));
  }
  return moments;
}
