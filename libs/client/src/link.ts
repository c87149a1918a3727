import { waitBefore, type Backoff } from './backoff.js';
import { CuratorError } from './curator-error.js';
import {
  abandonSocket,
  isOpen,
  onPing,
  openSocket,
  type WebSocketClass,
  type WebSocketLike,
} from './web-socket.js';

export type ConnectionState = 'idle' | 'connecting' | 'open' | 'waiting' | 'ended';

export interface LinkOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly WebSocket: WebSocketClass;
  readonly backoff: Backoff;
  readonly connectTimeoutMs: number;
  /** After an attempt that failed: whether the session has ended, so that no further one can help. @throws CuratorError then */
  readonly checkSession: () => Promise<void>;
}

export interface LinkEvents {
  opened(): void;
  frame(data: unknown): void;
  lost(error: CuratorError): void;
  /** There will be no further connection. @param error null after `end()` */
  ended(error: CuratorError | null): void;
  changed(state: ConnectionState, why?: CuratorError): void;
}

/** The server wants this client no more: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const POLICY_VIOLATION = 1008;
const MESSAGE_TOO_BIG = 1009;
/** A connection that lasted as long makes the next wait a short one again. */
const STABLE_MS = 10_000;

/** One connection at a time, opened again with growing waits whenever it is lost, until it is ended. */
export class Link {
  state: ConnectionState = 'idle';
  /** When anything last came, in milliseconds of `Date.now()`. */
  heardAt = 0;
  private socket: WebSocketLike | undefined;
  private attempt = 0;
  private openedAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly options: LinkOptions,
    private readonly events: LinkEvents,
  ) {}

  start(): void {
    if (this.state === 'idle') this.connect();
  }

  /** @returns whether it was handed to an open connection */
  send(text: string): boolean {
    if (this.state !== 'open' || !isOpen(this.socket)) return false;
    this.socket.send(text);
    return true;
  }

  /** Gives the present connection up for another one. */
  drop(why: CuratorError): void {
    const { socket } = this;
    if (socket === undefined) return;
    this.socket = undefined;
    abandonSocket(socket);
    this.lose(why);
  }

  /** Connects no more. */
  end(error: CuratorError | null): void {
    if (this.state === 'ended') return;
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = undefined;
    this.change('ended', error ?? undefined);
    socket?.close();
    this.events.ended(error);
  }

  private connect(): void {
    const { WebSocket, url, headers, connectTimeoutMs } = this.options;
    this.change('connecting');
    const socket = openSocket(WebSocket, url, headers);
    this.socket = socket;
    const isCurrent = (): boolean => this.socket === socket;
    this.timer = setTimeout(() => {
      if (isCurrent()) this.drop(new CuratorError('TIMEOUT', 'The server does not answer.'));
    }, connectTimeoutMs);
    socket.addEventListener('open', () => {
      if (isCurrent()) this.open();
    });
    socket.addEventListener('message', ({ data }) => {
      if (!isCurrent()) return;
      this.heardAt = Date.now();
      this.events.frame(data);
    });
    onPing(socket, () => {
      if (isCurrent()) this.heardAt = Date.now();
    });
    // What went wrong is told by the close that follows.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', ({ code, reason }) => {
      if (isCurrent()) this.closed(code, reason);
    });
  }

  private open(): void {
    clearTimeout(this.timer);
    this.openedAt = Date.now();
    this.heardAt = this.openedAt;
    this.change('open');
    this.events.opened();
  }

  private closed(code: number, reason: string): void {
    this.socket = undefined;
    const details = { close_code: code };
    if (code === POLICY_VIOLATION) {
      return this.end(
        new CuratorError('SESSION_ENDED', reason || 'The server has ended the connection.', details),
      );
    }
    const why =
      code === MESSAGE_TOO_BIG
        ? new CuratorError('TOO_LARGE', 'The message is larger than the server takes.', details)
        : new CuratorError('DISCONNECTED', reason || 'The connection was lost.', details);
    this.lose(why);
  }

  private lose(why: CuratorError): void {
    clearTimeout(this.timer);
    const wasOpen = this.state === 'open';
    if (wasOpen && Date.now() - this.openedAt > STABLE_MS) this.attempt = 0;
    this.change('waiting', why);
    if (!wasOpen) return void this.waitForSession();
    this.events.lost(why);
    this.wait();
  }

  private async waitForSession(): Promise<void> {
    try {
      await this.options.checkSession();
    } catch (error) {
      if (error instanceof CuratorError) return this.end(error);
      throw error;
    }
    this.wait();
  }

  private wait(): void {
    if (this.state !== 'waiting') return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), waitBefore(this.attempt, this.options.backoff));
    this.attempt += 1;
  }

  private change(state: ConnectionState, why?: CuratorError): void {
    this.state = state;
    this.events.changed(state, why);
  }
}
