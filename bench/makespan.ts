import { Stack } from '../test/support/stack.js';
import { waitUntil } from '../test/support/wait-until.js';
import { type CommonsWiki, SAMPLE_SEQUENCES } from '../test/upstreams/index.js';
import { type BenchCase, type Figure, quantile } from './figure.js';
import { itemsOf, runBatch } from './run-batch.js';
import { earliestSchedule, evenSpread } from './schedule.js';

/** Limits are those of Commons with windows this much shorter, and so are the worker's own waits. */
const SCALE = 100;
const UPLOADS = { hits: 380, seconds: 4320 / SCALE };
const EDITS = { hits: 900, seconds: 180 / SCALE };
const WINDOWS = [UPLOADS, EDITS];
const LIMITED = { upload: { user: UPLOADS }, edit: { user: EDITS } };
const UNLIMITED = { upload: {}, edit: {} };
const NEAR_THE_OPTIMUM = 1.02;
const UPLOADER = 'Uploader';

const FEW = 100;
const MANY = 1000;
/** Of a hundred, by turns; the better one of each counts, because chance weighs more in a few seconds. */
const ROUNDS = 2;
/** Hits that somebody else makes at once with the same account, as soon as so many files are published. */
const OTHERS = { hits: 100, after: 100, uploads: 400 };

/**
 * How long one ordinary person waits for a batch, beside the optimum: the earliest schedule that the limits allow to a machine that,
 * without limits, commits at the moments at which this one does. So it is never before the end of the run without limits, and never
 * before the k-th commit, a whole window after the (k − H)-th.
 */
export const makespan: BenchCase = {
  name: 'makespan',
  async run() {
    const few = await inTurns(FEW);
    const free = await withNewStack((stack) => upload(stack, { count: MANY, isLimited: false }));
    const limited = await withNewStack((stack) => upload(stack, { count: MANY, isLimited: true }));
    const shared = await withNewStack((stack) =>
      upload(stack, { count: OTHERS.uploads, isLimited: true, isShared: true }),
    );
    return [...figures(FEW, few), ...figures(MANY, { free, limited }), ...sharedFigures(shared, free)];
  },
};

interface Run {
  seconds: number;
  /** Seconds from the first slice to each commit. */
  commits: number[];
  refusals: number;
  /** Seconds from the first slice to the moment of the hits of somebody else. */
  othersAt: number | null;
}

interface Runs {
  free: Run;
  limited: Run;
}

const tell = (name: string, measured: number, unit: string): Figure => ({
  name,
  measured,
  unit,
  reference: null,
});

function figures(count: number, { free, limited }: Runs): Figure[] {
  const optimum = optimumOf(free);
  const atOnce = last(earliestSchedule({ windows: WINDOWS, readyAt: free.commits.map(() => 0) }));
  const what = `${count} files, limits 1:${SCALE}`;
  return [
    tell(`${what}: without limits`, free.seconds, 's'),
    tell(`${what}: the limits alone, publishing in no time`, atOnce, 's'),
    tell(`${what}: optimum`, optimum, 's'),
    tell(`${what}: makespan`, limited.seconds, 's'),
    {
      ...tell(`${what}: makespan beside the optimum`, limited.seconds / optimum, 'times'),
      reference: { atMost: NEAR_THE_OPTIMUM },
    },
    ...lateness(what, limited),
    tell(
      `${what}: makespan beside the later of the first two`,
      limited.seconds / Math.max(atOnce, free.seconds),
      'times',
    ),
    {
      ...tell(
        `${count} files, windows of full length (computed): the same`,
        atFullLength(limited.seconds, atOnce, free.seconds),
        'times',
      ),
      reference: { atMost: NEAR_THE_OPTIMUM },
    },
    {
      ...tell(
        `${what}: an even spread at 1.5 × the interval beside it`,
        evenSpread(count, UPLOADS, 1.5) / limited.seconds,
        'times',
      ),
      reference: { atLeast: 1 },
    },
    { ...tell(`${what}: ratelimited answers`, limited.refusals, ''), reference: { atMost: 0 } },
  ];
}

/**
 * What the machine needs beside the windows' own time does not grow with their length: the makespan under Commons' unscaled
 * limits beside the later of the schedule that they allow to a machine of any speed and the run without limits.
 */
function atFullLength(seconds: number, atOnce: number, freeSeconds: number): number {
  const beside = seconds - atOnce;
  const windows = atOnce * SCALE;
  return (windows + beside) / Math.max(windows, freeSeconds);
}

/** How long after the moment when a window of this very run had room again each commit came that had to wait for it. */
function lateness(what: string, { commits }: Run): Figure[] {
  const waits = commits.slice(UPLOADS.hits).map((at, index) => at - (commits[index] ?? 0) - UPLOADS.seconds);
  return waits.length === 0
    ? []
    : [tell(`${what}: a commit after its window had room, p50`, quantile(waits, 0.5), 's')];
}

function sharedFigures(run: Run, free: Run): Figure[] {
  const { uploads, hits } = OTHERS;
  const others = Array.from({ length: hits }, () => run.othersAt ?? 0);
  const what = `${uploads} files, ${hits} hits of somebody else`;
  return [
    tell(`${what}: optimum`, optimumOf(free, { count: uploads, others }), 's'),
    tell(`${what}: makespan`, run.seconds, 's'),
    tell(`${what}: ratelimited answers`, run.refusals, ''),
  ];
}

/** The earliest end for a machine as fast as this one; what follows the last commit is as long as without limits. */
function optimumOf(
  { commits, seconds }: Run,
  { count = commits.length, others = [] }: { count?: number; others?: readonly number[] } = {},
): number {
  const schedule = earliestSchedule({ windows: WINDOWS, readyAt: commits.slice(0, count), others });
  return last(schedule) + Math.max(0, seconds - last(commits));
}

/** Without and with limits by turns, each time another person with other files, in processes that are warm. */
async function inTurns(count: number): Promise<Runs> {
  return withNewStack(async (stack) => {
    const names = Array.from({ length: 1 + 2 * ROUNDS }, (_, index) => `Bench user ${index}`);
    for (const name of names) stack.upstreams.commons.createUser({ name, editCount: 1000 });
    const runs: Run[] = [];
    for (const [index, userName] of names.entries())
      runs.push(
        await upload(stack, {
          count,
          isLimited: index > 0 && index % 2 === 0,
          userName,
          from: index * count,
        }),
      );
    const better = (remainder: number): Run =>
      runs
        .filter((_, index) => index > 0 && index % 2 === remainder)
        .reduce((a, b) => (a.seconds <= b.seconds ? a : b));
    return { free: better(1), limited: better(0) };
  });
}

async function withNewStack<T>(work: (stack: Stack) => Promise<T>): Promise<T> {
  const stack = await Stack.start({ environment: { RETRY_DELAY_SCALE: String(1 / SCALE) } });
  try {
    return await work(stack);
  } finally {
    await stack.stop();
  }
}

interface UploadOptions {
  count: number;
  isLimited: boolean;
  isShared?: boolean;
  userName?: string;
  /** The first of the sample images. */
  from?: number;
}

async function upload(stack: Stack, options: UploadOptions): Promise<Run> {
  const { count, isLimited, isShared = false, userName = UPLOADER, from = 0 } = options;
  const { commons } = stack.upstreams;
  commons.setLimits(userName, isLimited ? LIMITED : UNLIMITED);
  const client = await stack.connect(userName);
  const [uploadsBefore, requestsBefore] = [commons.uploads.length, commons.log.length];
  const started = Date.now();
  const [seconds, othersAt] = await Promise.all([
    runBatch(client, itemsOf(SAMPLE_SEQUENCES.thousand, count, from)),
    isShared ? useTheAccount(commons, userName) : null,
  ]);
  const since = (moment: number): number => (moment - started) / 1000;
  return {
    seconds,
    commits: commons.uploads.slice(uploadsBefore).map(({ timestamp }) => since(timestamp.getTime())),
    refusals: commons.log.slice(requestsBefore).filter(({ errorCode }) => errorCode === 'ratelimited').length,
    othersAt: othersAt === null ? null : since(othersAt),
  };
}

/** Somebody else uses the account at the wiki itself. @returns when, in milliseconds */
async function useTheAccount(commons: CommonsWiki, userName: string): Promise<number> {
  const { hits, after } = OTHERS;
  await waitUntil(`${after} files to be published`, () => commons.uploads.length >= after, 120_000);
  const { users } = commons.wiki;
  for (let hit = 0; hit < hits; hit += 1) users.hit(users.get(userName), 'upload');
  return Date.now();
}

function last(values: readonly number[]): number {
  const value = values.at(-1);
  if (value === undefined) throw new Error('There is no last value');
  return value;
}
