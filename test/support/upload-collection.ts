import type { MediaImage } from '#app/protocol';
import type { LiveClient } from './live-client.js';

export interface Item {
  id: string;
  input: string;
  title: string;
  wikitext: string;
  labels?: { language: string; value: string };
  copyright_override?: boolean;
}

/** As the web client does: about 18 items, each slice after the acknowledgement of the one before. */
const ITEMS_A_SLICE = 18;

export const anItem = (image: Pick<MediaImage, 'id'>, input: string, more: Partial<Item> = {}): Item => ({
  id: image.id,
  input,
  title: `Street view ${image.id}.jpg`,
  wikitext: `== {{int:filedesc}} ==\n{{Information|description={{en|1=Street ${image.id}}}}}\n[[Category:Street views]]`,
  labels: { language: 'en', value: `Street ${image.id}` },
  ...more,
});

/** The images of a collection in display order. @throws Error at an ERROR frame */
export async function openCollection(
  client: LiveClient,
  input: string,
): Promise<{ images: MediaImage[]; sequenceId: string }> {
  const { data } = await client.ask(
    { type: 'FETCH_IMAGES', data: input, handler: 'mapillary' },
    'COLLECTION_IMAGES',
  );
  return { images: Object.values(data.images), sequenceId: data.sequence_id };
}

/** A new batch of these items, accepted whole. @returns its id */
export async function createBatch(client: LiveClient, items: readonly Item[]): Promise<number> {
  const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
  for (let start = 0, sliceid = 0; start < items.length; start += ITEMS_A_SLICE, sliceid += 1) {
    await client.ask(
      {
        type: 'UPLOAD_SLICE',
        data: { batchid, sliceid, handler: 'mapillary', items: items.slice(start, start + ITEMS_A_SLICE) },
      },
      'UPLOAD_SLICE_ACK',
    );
  }
  return batchid;
}

/** Watches the batch until all of it is terminal. */
export async function watchToTheEnd(client: LiveClient, batchid: number, timeoutMs = 120_000): Promise<void> {
  await client.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
  await client.next('UPLOADS_COMPLETE', { where: ({ data }) => data === batchid, timeoutMs });
}

/** The uploads of a batch as the client is told them. */
export async function listUploads(client: LiveClient, batchid: number) {
  const { data } = await client.ask({ type: 'FETCH_BATCH_UPLOADS', data: batchid }, 'BATCH_UPLOADS_LIST');
  return data;
}
