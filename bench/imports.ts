import { fillCategory } from '../test/replica/fill-files.js';
import { openTestReplica, type TestReplica } from '../test/replica/test-replica.js';
import { Stack } from '../test/support/stack.js';
import { waitUntil } from '../test/support/wait-until.js';
import { type BenchCase, type Figure, quantile } from './figure.js';

const FILES = 50_000;
const LONGEST_MS = 300_000;
const MOST_SECONDS = 60;
const MOST_MEGABYTES = 250;
const SLOWEST_PAGE_MS = 100;
const PAGES_READ = 100;

/** An import of 50,000 files from the replicas, as a person asks for it, and what its pages cost then. */
export const imports: BenchCase = {
  name: 'imports',
  async run() {
    const replica = await openTestReplica();
    try {
      await fillCategory(replica, { title: 'Large', titleId: 900, firstPage: 1, count: FILES });
      return await measure(replica);
    } finally {
      await replica.drop();
    }
  },
};

async function measure({ core, links }: TestReplica): Promise<Figure[]> {
  const environment = { COMMONS_REPLICA_URL: core.url, COMMONS_LINKS_REPLICA_URL: links.url };
  const stack = await Stack.start({ environment });
  try {
    const { now: idle } = await stack.worker.memory();
    const headers = { cookie: await stack.cookieOf(), 'content-type': 'application/json' };
    const address = `${stack.api.url}/api/imports`;
    const read = async <T>(path: string): Promise<T> =>
      (await (await fetch(address + path, { headers })).json()) as T;
    const started = performance.now();
    const body = JSON.stringify({ import_method: 'category', category: 'Large' });
    const answer = await fetch(address, { method: 'POST', headers, body });
    const { job_id: id } = (await answer.json()) as { job_id: number };
    const found = await waitUntil(
      'the import',
      async () => {
        const now = await read<{ status: string; files_imported: number }>(`/${id}/status`);
        return ['queued', 'running'].includes(now.status) ? null : now;
      },
      LONGEST_MS,
    );
    const seconds = (performance.now() - started) / 1_000;
    if (found.status !== 'complete' || found.files_imported !== FILES) {
      throw new Error(`The import ended as ${found.status} with ${found.files_imported} files`);
    }
    const { peak } = await stack.worker.memory();
    const page = async (query: string): Promise<number[]> => {
      const times: number[] = [];
      for (let index = 0; index < PAGES_READ; index += 1) {
        const from = performance.now();
        await read(`/${id}/files?size=100&page=${(index * 7) % 500}${query}`);
        times.push(performance.now() - from);
      }
      return times;
    };
    return [
      { name: `import of ${FILES} files`, measured: seconds, unit: 's', reference: { atMost: MOST_SECONDS } },
      { name: 'files a second', measured: FILES / seconds, unit: '', reference: null },
      { name: 'worker before', measured: idle / 1e6, unit: 'MB', reference: null },
      { name: "worker's peak", measured: peak / 1e6, unit: 'MB', reference: { atMost: MOST_MEGABYTES } },
      {
        name: 'page of 100, p95',
        measured: quantile(await page(''), 0.95),
        unit: 'ms',
        reference: { atMost: SLOWEST_PAGE_MS },
      },
      {
        name: 'page of a filter, p95',
        measured: quantile(await page('&name=0001'), 0.95),
        unit: 'ms',
        reference: null,
      },
    ];
  } finally {
    await stack.stop();
  }
}
