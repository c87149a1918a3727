import { Stack } from '../test/support/stack.js';
import { waitUntil } from '../test/support/wait-until.js';
import { SAMPLE_SEQUENCES, type CommonsWiki } from '../test/upstreams/index.js';
import type { BenchCase, Figure } from './figure.js';
import { itemsOf, runBatch } from './run-batch.js';
import { earliestSchedule, evenSpread } from './schedule.js';

/** Limits are those of Commons with windows this much shorter, and so are the worker's own waits. */
const SCALE = 100;
const UPLOADS = { hits: 380, seconds: 4320 / SCALE };
const EDITS = { hits: 900, seconds: 180 / SCALE };
const WINDOWS = [UPLOADS, EDITS];
const NEAR_THE_OPTIMUM = 1.02;
const UPLOADER = 'Uploader';

/** Hits that somebody else makes with the same account at once, when this many files are published. */
const OTHERS = { hits: 100, after: 100, uploads: 400 };

/**
 * How long one ordinary person waits for a batch, beside the optimum: the later of the earliest schedule that the limits allow, its
 * first commits at once, and the same run without limits.
 */
export const makespan: BenchCase = {
  name: 'makespan',
  async run() {
    return [...(await compare(100)), ...(await compare(1000)), ...(await withSomebodyElse())];
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

async function compare(count: number): Promise<Figure[]> {
  const free = await upload(count, { isLimited: false });
  const limited = await upload(count, { isLimited: true });
  const atOnce = Array.from({ length: count }, () => 0);
  const earliest = last(earliestSchedule({ windows: WINDOWS, readyAt: atOnce }));
  const optimum = Math.max(earliest, free.seconds);
  const what = `${count} files, limits 1:${SCALE}`;
  const unit = 's';
  return [
    { name: `${what}: earliest schedule of the limits`, measured: earliest, unit, reference: null },
    { name: `${what}: without limits`, measured: free.seconds, unit, reference: null },
    {
      name: `${what}: makespan (at most ${NEAR_THE_OPTIMUM} × the later)`,
      measured: limited.seconds,
      unit,
      reference: { atMost: Number((NEAR_THE_OPTIMUM * optimum).toFixed(2)) },
    },
    besideTheSpeed(what, limited, free),
    {
      name: `${what}: an even spread at 1.5 × the mean interval`,
      measured: evenSpread(count, UPLOADS, 1.5) / limited.seconds,
      unit: 'times',
      reference: { atLeast: 1 },
    },
    { name: `${what}: ratelimited answers`, measured: limited.refusals, unit: '', reference: { atMost: 0 } },
  ];
}

/** The optimum of a machine that does not publish at once but, without limits, at the moments of the free run. */
function besideTheSpeed(what: string, limited: Run, free: Run): Figure {
  const earliest = last(earliestSchedule({ windows: WINDOWS, readyAt: free.commits }));
  const optimum = earliest + free.seconds - last(free.commits);
  return {
    name: `${what}: beside the optimum at this machine's speed`,
    measured: limited.seconds / optimum,
    unit: 'times',
    reference: { atMost: NEAR_THE_OPTIMUM },
  };
}

async function withSomebodyElse(): Promise<Figure[]> {
  const { uploads, hits } = OTHERS;
  const run = await upload(uploads, { isLimited: true, isShared: true });
  const others = Array.from({ length: hits }, () => run.othersAt ?? 0);
  const atOnce = Array.from({ length: uploads }, () => 0);
  const what = `${uploads} files, limits 1:${SCALE}, ${hits} hits of somebody else`;
  return [
    {
      name: `${what}: earliest schedule`,
      measured: last(earliestSchedule({ windows: WINDOWS, readyAt: atOnce, others })),
      unit: 's',
      reference: null,
    },
    { name: `${what}: makespan`, measured: run.seconds, unit: 's', reference: null },
    { name: `${what}: ratelimited answers`, measured: run.refusals, unit: '', reference: null },
  ];
}

async function upload(
  count: number,
  { isLimited, isShared = false }: { isLimited: boolean; isShared?: boolean },
): Promise<Run> {
  const stack = await Stack.start({ environment: { RETRY_DELAY_SCALE: String(1 / SCALE) } });
  try {
    const { commons } = stack.upstreams;
    commons.setLimits(
      UPLOADER,
      isLimited ? { upload: { user: UPLOADS }, edit: { user: EDITS } } : { upload: {}, edit: {} },
    );
    const client = await stack.connect(UPLOADER);
    const started = Date.now();
    const [seconds, othersAt] = await Promise.all([
      runBatch(client, itemsOf(SAMPLE_SEQUENCES.thousand, count)),
      isShared ? useTheAccount(commons) : null,
    ]);
    return {
      seconds,
      commits: commons.uploads.map(({ timestamp }) => (timestamp.getTime() - started) / 1000),
      refusals: commons.log.filter(({ errorCode }) => errorCode === 'ratelimited').length,
      othersAt: othersAt === null ? null : (othersAt - started) / 1000,
    };
  } finally {
    await stack.stop();
  }
}

/** Somebody else uses the account at the wiki itself. @returns when, in milliseconds */
async function useTheAccount(commons: CommonsWiki): Promise<number> {
  const { hits, after } = OTHERS;
  await waitUntil(`${after} files to be published`, () => commons.uploads.length >= after, 120_000);
  const { users } = commons.wiki;
  for (let hit = 0; hit < hits; hit += 1) users.hit(users.get(UPLOADER), 'upload');
  return Date.now();
}

function last(values: readonly number[]): number {
  const value = values.at(-1);
  if (value === undefined) throw new Error('There is no last value');
  return value;
}
