import { Stack } from '../test/support/stack.js';
import { SAMPLE_SEQUENCES } from '../test/upstreams/index.js';
import { cpuSeconds } from './cpu-seconds.js';
import type { BenchCase } from './figure.js';
import { itemsOf, runBatch } from './run-batch.js';
import { runPlainStreams } from './run-plain-streams.js';

const FILES = 60;
const UPLOADER = 'Uploader';
/**
 * Commons lets an ordinary person upload 380 files in 72 minutes, one in 11.4 s. With a tenth of a second for each, one core
 * serves more than a hundred people who all upload as fast as they may.
 */
const MOST_SECONDS = 0.1;

/** What an upload of a file of about 4 MB costs both processes, beside what moving its bytes costs in any case. */
export const cpu: BenchCase = {
  name: 'cpu',
  async run() {
    const stack = await Stack.start();
    try {
      const client = await stack.connect(UPLOADER);
      const items = itemsOf(SAMPLE_SEQUENCES.sixty, FILES);
      const ids = items.map(({ id }) => id);
      const used = (): Promise<number[]> =>
        Promise.all([stack.worker, stack.api].map(({ pid }) => cpuSeconds(pid)));
      const plain = await runPlainStreams(stack.upstreams, ids, UPLOADER);
      const before = await used();
      const seconds = await runBatch(client, items);
      const after = await used();
      const [worker = 0, api = 0] = after.map((value, index) => (value - (before[index] ?? 0)) / FILES);
      const unit = 's CPU';
      return [
        { name: 'plain streams, a file of 4 MB', measured: plain.cpuSeconds / FILES, unit, reference: null },
        { name: 'worker, a file of 4 MB', measured: worker, unit, reference: null },
        { name: 'api, a file of 4 MB', measured: api, unit, reference: null },
        {
          name: 'worker and api, a file of 4 MB',
          measured: worker + api,
          unit,
          reference: { atMost: MOST_SECONDS },
        },
        { name: `${FILES} files of 4 MB at no latency`, measured: seconds, unit: 's', reference: null },
      ];
    } finally {
      await stack.stop();
    }
  },
};
