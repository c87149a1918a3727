import { DEFAULT_BACKOFF } from './backoff.js';
import { checkSession } from './check-session.js';
import type { CuratorClientOptions } from './client-options.js';
import { collectionExchange, type Collection, type CollectionRequest } from './collection-exchange.js';
import { aborted, CuratorError } from './curator-error.js';
import {
  PROBE,
  probedExchange,
  requestExchange,
  simpleExchange,
  type AnswerTo,
  type Request,
  type RequestOptions,
  type RequestType,
} from './exchanges.js';
import type {
  BatchesList,
  BatchesPage,
  BatchSchedule,
  ClientMessage,
  ImageSourceName,
  ImportProgress,
  Notification,
  RecategorizeProgress,
  ServerMessage,
  WatchedMove,
  UploadItem,
  UploadProgress,
  UploadUpdateItem,
} from './generated/messages.js';
import { requireSendable } from './frame-size.js';
import { Lane } from './lane.js';
import { Link, type ConnectionState } from './link.js';
import { readFrame } from './read-frame.js';
import * as kinds from './subscription-kinds.js';
import { Subscriptions, type Subscription } from './subscriptions.js';
import { findWebSocketClass } from './web-socket.js';

const ITEMS_A_SLICE = 100;
/** A collection may be silent for so long, as its source is asked image by image. */
const COLLECTION_TIMEOUT_MS = 300_000;

/**
 * Curator's WebSocket, for browsers and Node. It connects again whenever the connection is lost, with waits that grow, and
 * asks again for all that was watched. While there is no connection requests wait, within their time limit and not more than
 * `maxWaiting`; what is sent with `send` is not kept at all.
 *
 * Failures are CuratorErrors. When the session or the token has ended, everything fails with `SESSION_ENDED` and no further
 * connection is opened.
 */
export class CuratorClient {
  /** Resolves when the client has ended: to null after `close()`, else to why. */
  readonly ended: Promise<CuratorError | null>;
  private readonly link: Link;
  private readonly lane: Lane;
  private readonly subscriptions: Subscriptions;
  private readonly timeoutMs: number;
  private readonly waiters = new Set<(error: CuratorError | null) => void>();
  private heartbeat: ReturnType<typeof setTimeout> | undefined;
  private endError: CuratorError | undefined;

  /** @throws TypeError without a WebSocket class, or an address */
  constructor(private readonly options: CuratorClientOptions = {}) {
    const { token, signal, backoff = DEFAULT_BACKOFF, timeoutMs = 30_000 } = options;
    const page = (globalThis as { location?: { href: string } }).location?.href;
    const address = options.url ?? page;
    if (address === undefined) throw new TypeError('The option `url` is missing.');
    const socketUrl = new URL('/ws', address);
    socketUrl.protocol = socketUrl.protocol.replace('http', 'ws');
    const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
    this.timeoutMs = timeoutMs;
    let resolveEnded: (error: CuratorError | null) => void = () => undefined;
    this.ended = new Promise((resolve) => {
      resolveEnded = resolve;
    });
    this.link = new Link(
      {
        url: socketUrl.href,
        headers,
        WebSocket: findWebSocketClass(options.WebSocket),
        backoff,
        connectTimeoutMs: options.connectTimeoutMs ?? 15_000,
        checkSession: () => checkSession(new URL('/auth/whoami', address), headers, options.fetch ?? fetch),
      },
      {
        opened: () => this.opened(),
        frame: (data) => this.frame(data),
        lost: (error) => this.lost(error),
        ended: (error) => {
          this.end(error);
          resolveEnded(error);
        },
        changed: (state, why) => options.onState?.(state, why),
      },
    );
    this.lane = new Lane(this.link, options.maxWaiting ?? 100);
    this.subscriptions = new Subscriptions(this.lane, (message) => this.send(message), {
      timeoutMs,
      backoff,
    });
    if (signal?.aborted) this.close();
    signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  get state(): ConnectionState {
    return this.link.state;
  }

  /** Resolves at the first connection. Requests and subscriptions connect by themselves. @throws CuratorError when the client ends before */
  connect(): Promise<void> {
    if (this.endError !== undefined) return Promise.reject(this.endError);
    if (this.state === 'open') return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiters.add((error) => (error === null ? resolve() : reject(error)));
      this.link.start();
    });
  }

  /** Ends the connection and everything that waits, for good. */
  close(): void {
    this.link.end(null);
  }

  /**
   * Sends a message and waits for its answer. When the connection is lost before that, it is sent again on the next one, but
   * for CREATE_BATCH, UPLOAD, RETRY_UPLOADS and SAVE_PRESET, which fail with `DISCONNECTED`.
   * @throws CuratorError
   */
  async request<T extends RequestType>(
    message: Request & { readonly type: T },
    { signal, timeoutMs = this.timeoutMs }: RequestOptions = {},
  ): Promise<AnswerTo<T>> {
    requireSendable(message);
    this.link.start();
    return this.lane.run(requestExchange<T>(message, { signal, timeoutMs }));
  }

  /**
   * Sends without waiting for anything: for messages whose answer may not come. An ERROR to it can be taken for that of a
   * request which is under way; listen with `onMessage`.
   * @returns whether there was a connection to send it on; it is not kept otherwise
   */
  send(message: ClientMessage): boolean {
    requireSendable(message);
    return this.link.send(JSON.stringify(message));
  }

  /** @throws CuratorError REFUSED with a sentence for the person */
  openCollection(
    request: CollectionRequest,
    { signal, timeoutMs = COLLECTION_TIMEOUT_MS }: RequestOptions = {},
  ): Promise<Collection> {
    this.link.start();
    return this.lane.run(collectionExchange(request, { signal, timeoutMs }));
  }

  /** Makes a batch of these images, in slices; one whose acknowledgement was lost is sent again and creates nothing twice. @returns its id */
  async upload(
    handler: ImageSourceName,
    items: readonly UploadItem[],
    options: RequestOptions = {},
  ): Promise<number> {
    const { data: batchid } = await this.request({ type: 'CREATE_BATCH' }, options);
    for (let start = 0; start < items.length; start += ITEMS_A_SLICE) {
      const slice = { batchid, sliceid: start / ITEMS_A_SLICE, handler };
      const data = { ...slice, items: items.slice(start, start + ITEMS_A_SLICE) };
      await this.request({ type: 'UPLOAD_SLICE', data }, options);
    }
    return batchid;
  }

  /** Whether there was anything to cancel is told by the error; what was cancelled by the batch's subscription. @throws CuratorError REFUSED */
  async cancelBatch(
    batchid: number,
    { signal, timeoutMs = this.timeoutMs }: RequestOptions = {},
  ): Promise<void> {
    this.link.start();
    const limits = { signal, timeoutMs, isRepeatable: false };
    await this.lane.run(probedExchange({ type: 'CANCEL_BATCH', data: batchid }, limits, () => true, true));
  }

  /** One page of the batches, newest first; what `watchBatches` watches goes on. */
  async listBatches(
    query: BatchesPage = {},
    { signal, timeoutMs = this.timeoutMs }: RequestOptions = {},
  ): Promise<BatchesList> {
    this.link.start();
    const pick = (came: ServerMessage): BatchesList | undefined =>
      came.type === 'BATCHES_LIST' && !came.partial ? came.data : undefined;
    const message: ClientMessage = { type: 'FETCH_BATCHES', data: query };
    try {
      return await this.lane.run(simpleExchange(message, { signal, timeoutMs }, pick));
    } finally {
      this.subscriptions.renew('batches');
    }
  }

  /** Each change of the batch's uploads once, the present state first, until all have ended; then the loop ends. */
  watchBatch(batchid: number, signal?: AbortSignal): Subscription<UploadUpdateItem[]> {
    return this.watch(kinds.batchKind(batchid), signal);
  }

  /** The newest batches, whole at each change. */
  watchBatches(query: Omit<BatchesPage, 'page'> = {}, signal?: AbortSignal): Subscription<BatchesList> {
    return this.watch(kinds.batchesKind(query), signal);
  }

  /** When what waits in a batch comes about. */
  watchSchedule(batchid: number, signal?: AbortSignal): Subscription<BatchSchedule> {
    return this.watch(kinds.scheduleKind(batchid), signal);
  }

  /** How many bytes of each file have come. */
  watchProgress(batchid: number, signal?: AbortSignal): Subscription<UploadProgress[]> {
    return this.watch(kinds.progressKind(batchid), signal);
  }

  /** What has not been read yet and what is new, each once. */
  watchNotifications(signal?: AbortSignal): Subscription<Notification[]> {
    return this.watch(kinds.notificationsKind(), signal);
  }

  /** Until the import has ended. @param id of POST /api/imports */
  watchImport(id: number, signal?: AbortSignal): Subscription<ImportProgress> {
    return this.watch(kinds.importKind(id), signal);
  }

  /** How far a move of files has come that RECATEGORIZE_FILES began. */
  watchRecategorize(pair: WatchedMove, signal?: AbortSignal): Subscription<RecategorizeProgress> {
    return this.watch(kinds.recategorizeKind(pair), signal);
  }

  private watch<Waiting, Came>(kind: kinds.Kind<Waiting, Came>, signal?: AbortSignal): Subscription<Waiting> {
    this.link.start();
    return this.subscriptions.watch(kind, signal);
  }

  private opened(): void {
    this.tellWaiters(null);
    this.subscriptions.opened();
    this.lane.opened();
    this.beat();
  }

  private lost(error: CuratorError): void {
    clearTimeout(this.heartbeat);
    this.subscriptions.lost();
    this.lane.lost(error);
  }

  private end(error: CuratorError | null): void {
    this.endError = error ?? aborted(this.options.signal);
    clearTimeout(this.heartbeat);
    this.tellWaiters(this.endError);
    this.subscriptions.ended(this.endError);
    this.lane.ended(this.endError);
  }

  private tellWaiters(error: CuratorError | null): void {
    for (const tell of this.waiters) tell(error);
    this.waiters.clear();
  }

  private frame(data: unknown): void {
    const read = readFrame(data);
    if (!read.ok) return this.options.onProblem?.(new CuratorError('MALFORMED', read.why));
    try {
      this.lane.frame(read.message);
      this.subscriptions.frame(read.message);
    } catch (error) {
      const message = `The server sent a ${read.message.type} that this client cannot read.`;
      this.options.onProblem?.(new CuratorError('MALFORMED', message, undefined, { cause: error }));
    }
    this.options.onMessage?.(read.message);
  }

  /** Asks a connection that has been silent for long whether it still lives; when the answer is late, it is given up as any is. */
  private beat(): void {
    const { heartbeatMs = 45_000, heartbeatTimeoutMs: timeoutMs = 10_000 } = this.options;
    const silence = Date.now() - this.link.heardAt;
    clearTimeout(this.heartbeat);
    this.heartbeat = setTimeout(() => this.beat(), Math.max(heartbeatMs - silence, heartbeatMs / 4));
    if (silence < heartbeatMs || !this.lane.isIdle) return;
    const probe = simpleExchange(PROBE, { timeoutMs }, ({ type }) =>
      type === 'PRESETS_LIST' ? true : undefined,
    );
    this.lane.run(probe, true).catch((error: unknown) => {
      // Whatever the server answers, it lives; a late answer has ended the connection already.
      if (!(error instanceof CuratorError)) throw error;
    });
  }
}
