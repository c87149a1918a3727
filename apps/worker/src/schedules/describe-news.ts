import type { Queued } from './queue-new-images.js';

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What people are told of the new images of a collection. */
export function describeNews(collection: string, count: number, queued: Queued | null): string {
  const news = `${counted(count, 'new image')} in “${collection}”.`;
  if (queued === null) return news;
  const told = [
    ...(queued.count > 0 ? [`${counted(queued.count, 'upload')} queued in batch ${queued.batchid}.`] : []),
    ...(queued.onCommons > 0 ? [`${queued.onCommons} on Commons already.`] : []),
    ...(queued.refused > 0 ? [`${queued.refused} could not be queued.`] : []),
    ...(queued.reason === null ? [] : [queued.reason]),
  ];
  return [news, ...told].join(' ');
}
