import { Stack } from '../test/support/stack.js';
import type { Item } from '../test/support/upload-collection.js';
import { SAMPLE_SEQUENCES } from '../test/upstreams/index.js';
import type { BenchCase, Figure } from './figure.js';
import { itemsOf, runBatch } from './run-batch.js';

const MOST_MEGABYTES = 250;

/** The most memory that a worker with its default settings ever held, for each of two batches that no memory could hold. */
export const memory: BenchCase = {
  name: 'memory',
  async run() {
    const { heavy, giant } = SAMPLE_SEQUENCES;
    return [
      ...(await peakOf('4 × 200 MB', itemsOf(heavy, 4))),
      ...(await peakOf('1 × 2 GB', itemsOf(giant, 1))),
    ];
  },
};

async function peakOf(what: string, items: readonly Item[]): Promise<Figure[]> {
  const stack = await Stack.start();
  try {
    const { now: idle } = await stack.worker.memory();
    const seconds = await runBatch(await stack.connect(), items);
    const { peak } = await stack.worker.memory();
    return [
      { name: `worker before ${what}`, measured: idle / 1e6, unit: 'MB', reference: null },
      {
        name: `worker's peak for ${what}`,
        measured: peak / 1e6,
        unit: 'MB',
        reference: { atMost: MOST_MEGABYTES },
      },
      { name: `time of ${what}`, measured: seconds, unit: 's', reference: null },
    ];
  } finally {
    await stack.stop();
  }
}
