import { CuratorError } from './curator-error.js';
import type {
  Answers,
  ClientMessage,
  ClientMessages,
  ServerMessage,
  ServerMessages,
} from './generated/messages.js';
import { refused, type Exchange, type Verdict } from './lane.js';

/** Requests that have one answer, or an `ERROR`. */
export type RequestType = Exclude<
  keyof ClientMessages,
  | 'FETCH_IMAGES'
  | 'FETCH_BATCHES'
  | 'CANCEL_BATCH'
  | 'CHECK_CATEGORIES_DELETED'
  | 'RECATEGORIZE_FILES'
  | `${'SUBSCRIBE' | 'UNSUBSCRIBE'}_${string}`
>;
export type Request = ClientMessages[RequestType];
export type AnswerTo<T extends RequestType> = ServerMessages[Answers[T]];

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for its turn, and again for the answer. */
  readonly timeoutMs?: number | undefined;
}

interface Limits {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
}

const OTHER = { is: 'other' } as const;

/** A cheap question whose answer tells that everything before it has been dealt with: servers answer in order. */
export const PROBE: ClientMessage = { type: 'FETCH_PRESETS', data: { handler: 'mapillary' } };
const isProbed = (message: ServerMessage): boolean =>
  message.type === 'PRESETS_LIST' && message.data.handler === 'mapillary';

/** What would be done twice if it were sent twice. */
const ONCE: ReadonlySet<string> = new Set(['CREATE_BATCH', 'UPLOAD', 'RETRY_UPLOADS', 'SAVE_PRESET']);

const ANSWERS: Readonly<Record<RequestType, Answers[RequestType]>> = {
  CREATE_BATCH: 'BATCH_CREATED',
  UPLOAD_SLICE: 'UPLOAD_SLICE_ACK',
  UPLOAD: 'UPLOAD_CREATED',
  FETCH_BATCH_UPLOADS: 'BATCH_UPLOADS_LIST',
  RETRY_UPLOADS: 'RETRY_UPLOADS_RESPONSE',
  PAUSE_BATCH: 'BATCH_SCHEDULE',
  RESUME_BATCH: 'BATCH_SCHEDULE',
  FETCH_PRESETS: 'PRESETS_LIST',
  SAVE_PRESET: 'PRESETS_LIST',
  DELETE_PRESET: 'PRESETS_LIST',
  CHECK_TITLES: 'TITLES_CHECKED',
  CREATE_CATEGORY: 'CATEGORY_CREATED_RESPONSE',
  FETCH_REDLINKS: 'REDLINKS_RESPONSE',
  FETCH_WANTED_CATEGORIES: 'WANTED_CATEGORIES_RESPONSE',
};

/** Answers that also come unasked, or that an `ERROR` may follow. */
const PROBED: ReadonlySet<string> = new Set(['PAUSE_BATCH', 'RESUME_BATCH', 'CREATE_CATEGORY']);

/** The request and a probe: an `ERROR` before the probe's answer is the request's. */
export const probedExchange = <T>(
  message: ClientMessage,
  limits: Limits & { readonly isRepeatable: boolean },
  pick: (message: ServerMessage) => T | undefined,
  otherwise: T | CuratorError,
): Exchange<T> => ({
  ...limits,
  begin: () => {
    let answer: T | undefined;
    let error: CuratorError | undefined;
    const judge = (came: ServerMessage): Verdict<T> => {
      if (came.type === 'ERROR') error ??= refused(came.data);
      else if (isProbed(came)) {
        const found = error ?? answer ?? otherwise;
        return found instanceof CuratorError
          ? { is: 'refused', error: found }
          : { is: 'answer', value: found };
      } else answer = pick(came) ?? answer;
      return OTHER;
    };
    return { frames: [JSON.stringify(message), JSON.stringify(PROBE)], judge };
  },
});

/** A request and its first frame of the right kind. */
export const simpleExchange = <T>(
  message: ClientMessage,
  limits: Limits,
  pick: (message: ServerMessage) => T | undefined,
): Exchange<T> => ({
  ...limits,
  isRepeatable: !ONCE.has(message.type),
  begin: () => ({
    frames: [JSON.stringify(message)],
    judge: (came) => {
      if (came.type === 'ERROR') return { is: 'refused', error: refused(came.data) };
      const value = pick(came);
      return value === undefined ? OTHER : { is: 'answer', value };
    },
  }),
});

export const requestExchange = <T extends RequestType>(
  message: Request & { readonly type: T },
  limits: Limits,
): Exchange<AnswerTo<T>> => {
  const request: Request = message;
  const wanted = ANSWERS[request.type];
  const sliceid = request.type === 'UPLOAD_SLICE' ? request.data.sliceid : undefined;
  const pick = (came: ServerMessage): AnswerTo<T> | undefined => {
    if (came.type !== wanted) return undefined;
    if (came.type === 'UPLOAD_SLICE_ACK' && came.sliceid !== sliceid) return undefined;
    return came as AnswerTo<T>;
  };
  return PROBED.has(message.type)
    ? probedExchange(message, { ...limits, isRepeatable: true }, pick, refused('The server did not answer.'))
    : simpleExchange(message, limits, pick);
};
