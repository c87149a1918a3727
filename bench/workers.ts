import { Stack } from '../test/support/stack.js';
import { SAMPLE_SEQUENCES } from '../test/upstreams/index.js';
import type { BenchCase, Figure } from './figure.js';
import { itemsOf, runBatch } from './run-batch.js';

const USERS = 8;
const FILES_A_USER = 12;
/** Of each request to the wiki: waiting, not computing, is what fills the time of one worker. */
const LATENCY_MS = 150;
const WORKERS = [1, 2, 4] as const;

/** The same work of several people, done by more and more worker processes with their default settings. */
export const workers: BenchCase = {
  name: 'workers',
  async run() {
    const stack = await Stack.start();
    try {
      const { commons } = stack.upstreams;
      const names = Array.from({ length: USERS }, (_, index) => `Bench user ${index + 1}`);
      for (const name of names) commons.createUser({ name, editCount: 1000 });
      const clients = await Promise.all(names.map((name) => stack.connect(name)));
      commons.latencyMs = LATENCY_MS;
      const seconds: number[] = [];
      let next = 0;
      for (const count of WORKERS) {
        while (stack.workers.length < count) await stack.startWorker();
        const batches = clients.map((client) => {
          const items = itemsOf(SAMPLE_SEQUENCES.thousand, FILES_A_USER, next);
          next += FILES_A_USER;
          return { client, items };
        });
        const started = performance.now();
        await Promise.all(batches.map(({ client, items }) => runBatch(client, items)));
        seconds.push((performance.now() - started) / 1000);
      }
      return figures(seconds);
    } finally {
      await stack.stop();
    }
  },
};

function figures(seconds: readonly number[]): Figure[] {
  const files = USERS * FILES_A_USER;
  const [one = 0] = seconds;
  return [
    ...WORKERS.map((count, index) => ({
      name: `${files} small files of ${USERS} people, ${LATENCY_MS} ms a request, workers: ${count}`,
      measured: files / (seconds[index] ?? 0),
      unit: 'files/s',
      reference: null,
    })),
    ...WORKERS.slice(1).map((count, index) => ({
      name: `  ${count} workers beside one`,
      measured: one / (seconds[index + 1] ?? 0),
      unit: 'times',
      reference: count === 2 ? { atLeast: 1 } : null,
    })),
  ];
}
