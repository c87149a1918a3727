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

export interface OpenedCollection {
  sequenceId: string;
  /** In display order. */
  images: MediaImage[];
}

/** Opens a collection, whichever way the server sends it. @throws Error at an ERROR frame */
export async function openCollection(
  client: LiveClient,
  input: string,
  timeoutMs = 120_000,
): Promise<OpenedCollection> {
  client.send({ type: 'FETCH_IMAGES', data: input, handler: 'mapillary' });
  const first = await client.next(['COLLECTION_IMAGES', 'TRY_BATCH_RETRIEVAL'], { timeoutMs });
  if (first.type === 'COLLECTION_IMAGES')
    return { sequenceId: first.data.sequence_id, images: Object.values(first.data.images) };
  const { data: ids } = await client.next('COLLECTION_IMAGE_IDS', { timeoutMs });
  const byId = new Map<string, MediaImage>();
  while (byId.size < ids.length) {
    const { data } = await client.next('PARTIAL_COLLECTION_IMAGES', { timeoutMs });
    for (const image of data.images) byId.set(image.id, image);
  }
  return { sequenceId: input, images: ids.flatMap((id) => byId.get(id) ?? []) };
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
