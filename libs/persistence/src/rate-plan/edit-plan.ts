import { LuaScript } from '../redis/lua-script.js';
import type { RedisClient } from '../redis/redis-connections.js';
import { NOTE_EDIT_LIMITED, SETTLE_EDIT, TAKE_EDIT } from './edit-gate.lua.js';
import { planKeys } from './plan-keys.js';
import type { CommitTurn } from './rate-plan.js';

/** For how long an edit counts as under way while its end is not told. */
const IN_FLIGHT_MS = 60_000;

const TAKE = new LuaScript(TAKE_EDIT);
const SETTLE = new LuaScript(SETTLE_EDIT);
const NOTE = new LuaScript(NOTE_EDIT_LIMITED);

/**
 * Lets single edits through, in the windows in which uploads count as well, over all of a person's work and all processes.
 * They are not planned: they take what is free, but leave half of a window to the uploads that are planned in it.
 */
export class EditPlan {
  private readonly inFlightMs: number;
  private readonly holdScale: number;

  /**
   * @param inFlightMs how long an edit whose end is never told counts as under way
   * @param holdScale factor on the waits after a refusal; 1 in production
   */
  constructor(
    private readonly redis: RedisClient,
    { inFlightMs = IN_FLIGHT_MS, holdScale = 1 }: { inFlightMs?: number; holdScale?: number } = {},
  ) {
    this.inFlightMs = inFlightMs;
    this.holdScale = holdScale;
  }

  /** Asks whether an edit may be sent now; having gone it counts. `unknown`: RatePlan has to be told the windows. */
  async take(userid: string, now: Date): Promise<CommitTurn> {
    const question = { now: now.getTime(), inFlight: this.inFlightMs };
    const [kind, until] = (await this.ask(TAKE, userid, question)) as [CommitTurn['kind'], number?];
    return kind === 'wait' ? { kind, until: new Date(until ?? now) } : { kind };
  }

  /**
   * The answer to an edit that went at `takenAt` came, or was given up, at `at`: it counts from there.
   * @param accepted the wiki saved it; ends the caution after a refusal
   */
  async settle(
    userid: string,
    { takenAt, at, accepted }: { takenAt: Date; at: Date; accepted: boolean },
  ): Promise<void> {
    const question = { now: at.getTime(), taken: takenAt.getTime(), accepted, inFlight: this.inFlightMs };
    await this.ask(SETTLE, userid, question);
  }

  /**
   * The wiki has refused an edit for which there was room: somebody uses the account elsewhere. No edit goes for a while, longer
   * with each refusal, then one at a time until one is accepted. Uploads find out for themselves.
   * @returns until when
   */
  async noteRateLimited(userid: string, now: Date): Promise<Date> {
    return new Date((await this.ask(NOTE, userid, { now: now.getTime(), scale: this.holdScale })) as number);
  }

  private ask(script: LuaScript, userid: string, question: object): Promise<unknown> {
    return script.run(this.redis, planKeys(userid), [JSON.stringify(question)]);
  }
}
