import type { LiveClient } from '../test/support/live-client.js';
import { anItem, type Item, listUploads } from '../test/support/upload-collection.js';
import { idOf, type SAMPLE_SEQUENCES } from '../test/upstreams/index.js';

const ITEMS_A_SLICE = 500;

type Sample = (typeof SAMPLE_SEQUENCES)[keyof typeof SAMPLE_SEQUENCES];

/** Items of a sample sequence, in the order of capture. */
export const itemsOf = (sequence: Sample, count: number, from = 0): Item[] =>
  Array.from({ length: count }, (_, index) => anItem({ id: idOf(sequence, from + index) }, sequence.id));

/**
 * Uploads the items as one batch, in slices of 500.
 * @returns seconds from sending the first slice until the last upload is terminal
 * @throws Error unless every upload was completed
 */
export async function runBatch(
  client: LiveClient,
  items: readonly Item[],
  timeoutMs = 300_000,
): Promise<number> {
  const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
  const started = performance.now();
  for (let start = 0, sliceid = 0; start < items.length; start += ITEMS_A_SLICE, sliceid += 1) {
    const slice = items.slice(start, start + ITEMS_A_SLICE);
    await client.ask(
      { type: 'UPLOAD_SLICE', data: { batchid, sliceid, handler: 'mapillary', items: slice } },
      'UPLOAD_SLICE_ACK',
    );
  }
  await client.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
  await client.next('UPLOADS_COMPLETE', { where: ({ data }) => data === batchid, timeoutMs });
  const seconds = (performance.now() - started) / 1000;
  const { batch, uploads } = await listUploads(client, batchid);
  if (batch.stats.completed !== items.length) {
    const other = uploads.find(({ status }) => status !== 'completed');
    throw new Error(
      `Not every upload was completed: ${JSON.stringify(batch.stats)} ${JSON.stringify(other)}`,
    );
  }
  return seconds;
}
