import { isTerminal, type UploadUpdateItemDto } from '#app/protocol';
import type { LiveClient } from '../support/live-client.js';

/** Longest silence of a batch that still goes on. */
const SILENCE_MS = 120_000;

/** Follows a batch to its end. @returns the last state of each upload */
export async function followBatch(
  client: LiveClient,
  batchid: number,
  onChange: (uploads: readonly UploadUpdateItemDto[]) => void,
): Promise<UploadUpdateItemDto[]> {
  const states = new Map<number, UploadUpdateItemDto>();
  await client.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
  for (;;) {
    const frame = await client.next(['UPLOADS_UPDATE', 'UPLOADS_COMPLETE'], { timeoutMs: SILENCE_MS });
    if (frame.type === 'UPLOADS_COMPLETE') return [...states.values()];
    for (const upload of frame.data) states.set(upload.id, upload);
    onChange([...states.values()]);
  }
}

export const countDone = (uploads: readonly UploadUpdateItemDto[]): number =>
  uploads.filter(({ status }) => isTerminal(status)).length;
