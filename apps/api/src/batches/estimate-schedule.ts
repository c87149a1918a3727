import type { BatchScheduleDto } from '#app/protocol';

/** What is known about the queue of a batch and of its owner. */
export interface QueueFacts {
  readonly batchid: number;
  /** Uploads of the batch that wait. */
  readonly queued: number;
  /** Planned moments of the first and the last of them; null where none waits. */
  readonly nextStart: Date | null;
  readonly lastStart: Date | null;
  /** Uploads that the owner has under way up to the last one, that one included. */
  readonly ahead: number;
  /** When the owner's latest uploads were published, newest first. */
  readonly commits: readonly Date[];
  readonly now: Date;
}

/** An upload of ordinary size, where nothing of the person tells better. */
const USUAL_PACE_MS = 2_000;
const FEWEST_GAPS = 3;
/** A gap this many times longer than the usual one was a time without work, not slow work. */
const IDLE_FACTOR = 10;

/**
 * The time from one finished upload to the next, in milliseconds, while there was work.
 * @param commits newest first
 */
export const paceOf = (commits: readonly Date[]): number => {
  const gaps = commits
    .slice(1)
    .map((commit, index) => (commits[index]?.getTime() ?? 0) - commit.getTime())
    .sort((a, b) => a - b);
  if (gaps.length < FEWEST_GAPS) return USUAL_PACE_MS;
  const usual = Math.max(1, gaps[Math.floor(gaps.length / 2)] ?? 0);
  const working = gaps.filter((gap) => gap <= usual * IDLE_FACTOR);
  return working.reduce((sum, gap) => sum + gap, 0) / working.length;
};

const laterOf = (a: Date, b: Date): Date => (a > b ? a : b);

/**
 * When what is queued begins and is likely to end: not before it is planned, and not faster than the person's uploads
 * get done.
 * @param pause why nothing of it is started; null when it is not held back
 */
export const estimateSchedule = (facts: QueueFacts, pause: string | null): BatchScheduleDto => {
  const { batchid, queued, nextStart, lastStart, now } = facts;
  if (pause !== null) return { batchid, queued, paused: true, reason: pause };
  if (queued === 0 || nextStart === null || lastStart === null) return { batchid, queued, paused: false };
  const worked = new Date(now.getTime() + Math.max(facts.ahead, queued) * paceOf(facts.commits));
  return {
    batchid,
    queued,
    paused: false,
    next_start: laterOf(nextStart, now).toISOString(),
    estimated_end: laterOf(lastStart, worked).toISOString(),
  };
};

/** Two moments that are closer together are the same to a person. */
const TOLERANCE_MS = 2_000;

const differs = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined ? a !== b : Math.abs(Date.parse(a) - Date.parse(b)) >= TOLERANCE_MS;

/** Whether a person who was told the one should be told the other. */
export const isNews = (told: BatchScheduleDto, found: BatchScheduleDto): boolean =>
  told.queued !== found.queued ||
  told.paused !== found.paused ||
  told.reason !== found.reason ||
  differs(told.next_start, found.next_start) ||
  differs(told.estimated_end, found.estimated_end);
