import { Stack } from '../test/support/stack.js';
import { SAMPLE_SEQUENCES } from '../test/upstreams/index.js';
import { cpuSeconds } from './cpu-seconds.js';
import type { BenchCase, Figure } from './figure.js';
import { itemsOf, runBatch } from './run-batch.js';
import { runPlainStreams } from './run-plain-streams.js';

const FILES = 4;
const ROUNDS = 2;
const MEGABYTES = (FILES * SAMPLE_SEQUENCES.heavy.trailingBytes) / 1e6;
const UPLOADER = 'Uploader';
const MOST_TIMES_THE_STREAMS = 1.5;

/**
 * Four files of 200 MB at once, the wiki and the source as near as can be: the time of a batch beside that of plain streams which
 * move the same bytes to the same stand-ins. Both in turns, the better round of each.
 */
export const throughput: BenchCase = {
  name: 'throughput',
  async run() {
    const stack = await Stack.start();
    try {
      const client = await stack.connect(UPLOADER);
      const batches: Round[] = [];
      const streams: Round[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const items = itemsOf(SAMPLE_SEQUENCES.heavy, FILES, round * FILES);
        const ids = items.map(({ id }) => id);
        streams.push(await measure(() => runPlainStreams(stack.upstreams, ids, UPLOADER)));
        batches.push(
          await measure(async () => {
            const before = await cpuSeconds(stack.worker.pid);
            const seconds = await runBatch(client, items);
            return { seconds, cpuSeconds: (await cpuSeconds(stack.worker.pid)) - before };
          }),
        );
      }
      return figures(best(batches), best(streams));
    } finally {
      await stack.stop();
    }
  },
};

interface Round {
  seconds: number;
  /** Of the process that moves the bytes. */
  cpuSeconds: number;
  /** Of this process, which is source and wiki in one. */
  standInSeconds: number;
}

async function measure(work: () => Promise<{ seconds: number; cpuSeconds: number }>): Promise<Round> {
  const before = process.cpuUsage();
  const { seconds, cpuSeconds: own } = await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds, cpuSeconds: own, standInSeconds: (user + system) / 1e6 };
}

const best = (rounds: readonly Round[]): Round => rounds.reduce((a, b) => (a.seconds <= b.seconds ? a : b));

function figures(batch: Round, streams: Round): Figure[] {
  const what = `${FILES} × 200 MB at no latency`;
  const tell = (name: string, measured: number, unit: string): Figure => ({
    name: `${what}, ${name}`,
    measured,
    unit,
    reference: null,
  });
  return [
    tell('plain streams', streams.seconds, 's'),
    tell('as a batch', batch.seconds, 's'),
    {
      ...tell('a batch beside streams', batch.seconds / streams.seconds, 'times'),
      reference: { atMost: MOST_TIMES_THE_STREAMS },
    },
    tell('plain streams', MEGABYTES / streams.seconds, 'MB/s'),
    tell('as a batch', MEGABYTES / batch.seconds, 'MB/s'),
    tell('plain streams', streams.cpuSeconds, 's CPU'),
    tell('the worker', batch.cpuSeconds, 's CPU'),
    tell('the stand-ins with streams', streams.standInSeconds, 's CPU'),
    tell('the stand-ins with a batch', batch.standInSeconds, 's CPU'),
  ];
}
