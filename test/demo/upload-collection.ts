import { isTerminal, type MediaImage, type UploadUpdateItemDto } from '#app/protocol';
import type { LiveClient } from '../support/live-client.js';
import { describeImage } from './describe-image.js';

/** As many as the web client sends at once. */
const SLICE_SIZE = 18;
const IDLE_MS = 120_000;

export interface Collection {
  sequenceId: string;
  images: MediaImage[];
}

/** Opens a collection, whichever way the server sends it. */
export async function openCollection(client: LiveClient, input: string): Promise<Collection> {
  client.send({ type: 'FETCH_IMAGES', data: input, handler: 'mapillary' });
  const first = await client.next(['COLLECTION_IMAGES', 'TRY_BATCH_RETRIEVAL'], { timeoutMs: IDLE_MS });
  if (first.type === 'COLLECTION_IMAGES')
    return { sequenceId: first.data.sequence_id, images: Object.values(first.data.images) };
  const { data: ids } = await client.next('COLLECTION_IMAGE_IDS', { timeoutMs: IDLE_MS });
  const byId = new Map<string, MediaImage>();
  while (byId.size < ids.length) {
    const { data } = await client.next('PARTIAL_COLLECTION_IMAGES', { timeoutMs: IDLE_MS });
    for (const image of data.images) byId.set(image.id, image);
  }
  return { sequenceId: input, images: ids.flatMap((id) => byId.get(id) ?? []) };
}

/** Creates a batch of all images, slice after slice. @returns its id */
export async function createBatch(client: LiveClient, { sequenceId, images }: Collection): Promise<number> {
  const { data: batchid } = await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED');
  for (let sliceid = 0; sliceid * SLICE_SIZE < images.length; sliceid += 1) {
    const items = images
      .slice(sliceid * SLICE_SIZE, (sliceid + 1) * SLICE_SIZE)
      .map((image) => ({ id: image.id, input: sequenceId, ...describeImage(image, sequenceId) }));
    await client.ask(
      { type: 'UPLOAD_SLICE', data: { batchid, sliceid, handler: 'mapillary', items } },
      'UPLOAD_SLICE_ACK',
    );
  }
  return batchid;
}

/** Follows a batch to its end. @returns the last state of each upload */
export async function followBatch(
  client: LiveClient,
  batchid: number,
  onChange: (uploads: readonly UploadUpdateItemDto[]) => void,
): Promise<UploadUpdateItemDto[]> {
  const states = new Map<number, UploadUpdateItemDto>();
  await client.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
  for (;;) {
    const frame = await client.next(['UPLOADS_UPDATE', 'UPLOADS_COMPLETE'], { timeoutMs: IDLE_MS });
    if (frame.type === 'UPLOADS_COMPLETE') return [...states.values()];
    for (const upload of frame.data) states.set(upload.id, upload);
    onChange([...states.values()]);
  }
}

export const countDone = (uploads: readonly UploadUpdateItemDto[]): number =>
  uploads.filter(({ status }) => isTerminal(status)).length;
