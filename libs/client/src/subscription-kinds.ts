import type {
  BatchesPage,
  BatchesList,
  BatchItem,
  BatchSchedule,
  ClientMessage,
  ImportProgress,
  Notification,
  RecategorizeProgress,
  ServerMessage,
  WatchedMove,
  UploadProgress,
  UploadUpdateItem,
} from './generated/messages.js';
import { TERMINAL_STATUSES } from './generated/messages.js';
import type { Merge } from './feed.js';

/** What a message means to a subscription. */
export interface Told<Came> {
  readonly came?: Came;
  /** Nothing will follow. */
  readonly isLast?: boolean;
}

/** One kind of what a connection can watch; it watches at most one of each kind. */
export interface Kind<Waiting, Came> {
  readonly name: string;
  readonly subscribe: ClientMessage;
  /** What ends it, where there is such a message; that of batches ends all that is watched of them. */
  readonly unsubscribe?: ClientMessage;
  /** Made anew for each subscription; it lasts over reconnections, and so tells nothing twice. */
  begin(): (message: ServerMessage) => Told<Came> | null;
  readonly merge: Merge<Waiting, Came>;
}

const latest = <T>(_: T | undefined, came: T): T => came;

/** The last of each, in the order in which they first came. */
const latestById = <T extends { readonly id: number }>(waiting: T[] | undefined, came: T[]): T[] => {
  const byId = new Map((waiting ?? []).map((one) => [one.id, one]));
  for (const one of came) byId.set(one.id, one);
  return [...byId.values()];
};

const UNSUBSCRIBE_BATCH: ClientMessage = { type: 'UNSUBSCRIBE_BATCH' };

/** Each change of an upload once, a final one for good, until all have ended. */
export const batchKind = (batchid: number): Kind<UploadUpdateItem[], UploadUpdateItem[]> => ({
  name: 'batch',
  subscribe: { type: 'SUBSCRIBE_BATCH', data: batchid },
  unsubscribe: UNSUBSCRIBE_BATCH,
  begin: () => {
    const told = new Map<number, { readonly text: string; readonly isFinal: boolean }>();
    const isNews = (upload: UploadUpdateItem): boolean => {
      const text = JSON.stringify(upload);
      const before = told.get(upload.id);
      if (upload.batchid !== batchid || before?.isFinal === true || before?.text === text) return false;
      told.set(upload.id, { text, isFinal: TERMINAL_STATUSES.includes(upload.status) });
      return true;
    };
    return (message) => {
      if (message.type === 'UPLOADS_COMPLETE') return message.data === batchid ? { isLast: true } : null;
      if (message.type !== 'UPLOADS_UPDATE') return null;
      const came = message.data.filter(isNews);
      return came.length > 0 ? { came } : null;
    };
  },
  merge: latestById,
});

/** The list as it is now: each time the whole page. */
export const batchesKind = (query: Omit<BatchesPage, 'page'>): Kind<BatchesList, BatchesList> => ({
  name: 'batches',
  subscribe: { type: 'FETCH_BATCHES', data: { ...query, page: 1 } },
  unsubscribe: { type: 'UNSUBSCRIBE_BATCHES_LIST' },
  begin: () => {
    const limit = query.limit ?? 100;
    let shown: Map<number, BatchItem> | undefined;
    return (message) => {
      if (message.type !== 'BATCHES_LIST' || (message.partial && shown === undefined)) return null;
      const { items, total } = message.data;
      const byId = message.partial && shown !== undefined ? shown : new Map<number, BatchItem>();
      for (const item of items) byId.set(item.id, item);
      const page = [...byId.values()].sort((a, b) => b.id - a.id).slice(0, limit);
      shown = new Map(page.map((item) => [item.id, item]));
      return { came: { items: page, total } };
    };
  },
  merge: latest,
});

export const scheduleKind = (batchid: number): Kind<BatchSchedule, BatchSchedule> => ({
  name: 'schedule',
  subscribe: { type: 'SUBSCRIBE_SCHEDULE', data: batchid },
  unsubscribe: UNSUBSCRIBE_BATCH,
  begin: () => (message) =>
    message.type === 'BATCH_SCHEDULE' && message.data.batchid === batchid ? { came: message.data } : null,
  merge: latest,
});

export const progressKind = (batchid: number): Kind<UploadProgress[], UploadProgress[]> => ({
  name: 'progress',
  subscribe: { type: 'SUBSCRIBE_PROGRESS', data: batchid },
  unsubscribe: UNSUBSCRIBE_BATCH,
  begin: () => (message) => (message.type === 'UPLOAD_PROGRESS' ? { came: message.data } : null),
  merge: latestById,
});

/** A reader who is further behind finds the rest by REST. */
const MOST_NOTIFICATIONS = 1_000;

/** Each one once, also over reconnections. */
export const notificationsKind = (): Kind<Notification[], Notification> => ({
  name: 'notifications',
  subscribe: { type: 'SUBSCRIBE_NOTIFICATIONS' },
  begin: () => {
    const told = new Set<number>();
    return (message) => {
      if (message.type !== 'NOTIFICATION' || told.has(message.data.id)) return null;
      told.add(message.data.id);
      return { came: message.data };
    };
  },
  merge: (waiting, came) => [...(waiting ?? []), came].slice(-MOST_NOTIFICATIONS),
});

const ENDED_JOBS: readonly string[] = ['complete', 'failed', 'cancelled'];

/** Until the import has ended. */
export const importKind = (id: number): Kind<ImportProgress, ImportProgress> => ({
  name: 'import',
  subscribe: { type: 'SUBSCRIBE_IMPORT', data: id },
  begin: () => (message) =>
    message.type === 'IMPORT_PROGRESS' && message.data.job_id === id
      ? { came: message.data, isLast: ENDED_JOBS.includes(message.data.status) }
      : null,
  merge: latest,
});

export const recategorizeKind = (pair: WatchedMove): Kind<RecategorizeProgress, RecategorizeProgress> => ({
  name: 'recategorize',
  subscribe: { type: 'SUBSCRIBE_RECATEGORIZE', data: pair },
  begin: () => (message) => (message.type === 'RECATEGORIZE_PROGRESS' ? { came: message.data } : null),
  merge: latest,
});
