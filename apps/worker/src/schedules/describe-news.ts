import type { Queued } from './queue-new-images.js';

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What people are told of the new images of a collection, and of those that had waited. */
export function describeNews(collection: string, count: number, queued: Queued | null): string {
  const news = count > 0 ? `${counted(count, 'new image')} in “${collection}”.` : `Of “${collection}”:`;
  if (queued === null) return news;
  const { batchid, onCommons, refused, waiting, reason } = queued;
  const told = [
    ...(queued.count > 0 ? [`${counted(queued.count, 'upload')} queued in batch ${batchid}.`] : []),
    ...(onCommons > 0 ? [`${onCommons} on Commons already.`] : []),
    ...(refused > 0 ? [`${refused} could not be queued.`] : []),
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'waits' : 'wait'} for a later look.`] : []),
    ...(reason === null ? [] : [reason]),
  ];
  return [news, ...told].join(' ');
}

/** Whether there is anything to tell: what waits already was told when it came. */
export const isNews = (count: number, queued: Queued | null): boolean =>
  count > 0 || (queued !== null && queued.count + queued.onCommons + queued.refused > 0);
