import { Stack } from '../test/support/stack.js';
import {
  anItem,
  createBatch,
  listUploads,
  openCollection,
  watchToTheEnd,
} from '../test/support/upload-collection.js';
import { waitUntil } from '../test/support/wait-until.js';
import { type LogEntry, SAMPLE_SEQUENCES } from '../test/upstreams/index.js';
import type { BenchCase, Figure } from './figure.js';

/** Of each request to the wiki. */
const LATENCY_MS = 100;
/** Of the line from the CDN, and of the line to the wiki: 160 Mbit/s. */
const BYTES_PER_SECOND = 20_000_000;
const REQUESTS_A_FILE = 6;
/** What one person may send at once. */
const AT_ONCE = 3;
const TIMEOUT_MS = 600_000;
/** Longer than a worker waits between two looks for pages to refresh. */
const REFRESH_MS = 90_000;
const UPLOADER = 'Uploader';

/** One api and one worker with their default settings upload sixty photographs of about 4 MB to a wiki that is far away. */
export const uploadBatch: BenchCase = {
  name: 'upload-batch',
  async run() {
    const stack = await Stack.start();
    try {
      const { commons, cdn } = stack.upstreams;
      const client = await stack.connect(UPLOADER);
      const { images, sequenceId } = await openCollection(client, SAMPLE_SEQUENCES.sixty.id);
      const sizes = images.map(({ id }) => cdn.photo(id).length);
      commons.latencyMs = LATENCY_MS;
      commons.bandwidth = BYTES_PER_SECOND;
      cdn.bandwidth = BYTES_PER_SECOND;

      const before = commons.log.length;
      const started = performance.now();
      const batchid = await createBatch(
        client,
        images.map((image) => anItem(image, sequenceId)),
      );
      await watchToTheEnd(client, batchid, TIMEOUT_MS);
      const seconds = (performance.now() - started) / 1000;

      const { batch } = await listUploads(client, batchid);
      if (batch.stats.completed !== images.length)
        throw new Error(`Not every upload was completed: ${JSON.stringify(batch.stats)}`);
      const isRefresh = ({ action }: LogEntry): boolean => action === 'purge';
      await waitUntil(
        'the templates of all pages to be refreshed',
        () => refreshed(commons.log.filter(isRefresh)) >= images.length,
        REFRESH_MS,
      );
      const log = commons.log.slice(before);
      return [
        ...requestFigures(log, images.length),
        {
          name: `most requests of the uploader at once`,
          measured: Math.max(...log.map(({ concurrent }) => concurrent)),
          unit: '',
          reference: { atMost: AT_ONCE },
        },
        timeFigure(seconds, sizes),
      ];
    } finally {
      await stack.stop();
    }
  },
};

const refreshed = (purges: readonly LogEntry[]): number =>
  purges.reduce((sum, { params }) => sum + (params['titles'] ?? '').split('|').length, 0);

/** All requests to the wiki, those of the whole batch included, and what they are. */
function requestFigures(log: readonly LogEntry[], files: number): Figure[] {
  const byKind = new Map<string, number>();
  for (const { action, step } of log) {
    const kind = [action, step].filter(Boolean).join(' ');
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
  }
  const unit = 'a file';
  return [
    {
      name: 'requests to the wiki for a file of 4 MB',
      measured: log.length / files,
      unit,
      reference: { atMost: REQUESTS_A_FILE },
    },
    ...[...byKind].map(([kind, count]) => ({
      name: `  ${kind}`,
      measured: count / files,
      unit,
      reference: null,
    })),
  ];
}

/** Twice what the line alone takes, or what the requests alone take if that is longer. */
function timeFigure(seconds: number, sizes: readonly number[]): Figure {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const onTheLine = bytes / BYTES_PER_SECOND;
  const inRequests = (sizes.length * REQUESTS_A_FILE * LATENCY_MS) / 1000 / AT_ONCE;
  const megabytes = Math.round(bytes / 1e6);
  return {
    name: `${sizes.length} files, ${megabytes} MB at ${BYTES_PER_SECOND / 1e6} MB/s, ${LATENCY_MS} ms a request`,
    measured: seconds,
    unit: 's',
    reference: { atMost: Number((2 * Math.max(onTheLine, inRequests)).toFixed(1)) },
  };
}
