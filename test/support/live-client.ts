import type { ClientMessage, ServerMessageType } from '#app/protocol';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { checkFrame, type Frame } from './check-frame.js';

/** Why an upgrade was refused. */
export class UpgradeRefused extends Error {
  constructor(readonly status: number) {
    super(`The upgrade was refused with HTTP ${status}`);
  }
}

interface Waiting {
  readonly wants: (frame: Frame) => boolean;
  readonly settle: (frame: Frame) => void;
  readonly fail: (error: Error) => void;
}

interface Wanted<T extends ServerMessageType> {
  /** Only a frame that satisfies this. */
  where?: (frame: Frame<T>) => boolean;
  timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;

/**
 * A client of the public WebSocket. It holds every frame against the AsyncAPI document and notices a nonce that comes twice;
 * either makes whatever is awaited, now or next, fail.
 */
export class LiveClient {
  /** Every frame so far, oldest first. */
  readonly frames: Frame[] = [];
  /** When each of `frames` arrived: `performance.timeOrigin + performance.now()`, in milliseconds. */
  readonly arrivals: number[] = [];
  private readonly taken = new Set<Frame>();
  private readonly nonces = new Set<string>();
  private readonly waiting = new Set<Waiting>();
  private readonly listeners = new Set<(frame: Frame) => void>();
  private problem: Error | null = null;
  /** Why the socket was closed, as the server or the network has it (RFC 6455, section 7.4); null: it is open. */
  closeCode: number | null = null;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.receive(data.toString()));
    socket.on('close', (code, reason) => {
      this.closeCode = code;
      this.failAll(new Error(`The socket closed: ${code} ${reason.toString()}`));
    });
  }

  /**
   * @param apiUrl the API's address, `http://…`
   * @throws UpgradeRefused
   */
  static async connect(
    apiUrl: string,
    headers: { cookie?: string; origin?: string; authorization?: string } = {},
  ): Promise<LiveClient> {
    const socket = new WebSocket(`${apiUrl.replace(/^http/, 'ws')}/ws`, {
      headers,
      maxPayload: 64 * 1024 * 1024,
    });
    const client = new LiveClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        reject(new UpgradeRefused(response.statusCode ?? 0));
      });
      socket.once('error', reject);
    });
    socket.on('error', (error) => client.failAll(error));
    return client;
  }

  send(message: ClientMessage): void {
    this.sendText(JSON.stringify(message));
  }

  /** For what is no message at all. */
  sendText(text: string): void {
    this.socket.send(text);
  }

  /**
   * The oldest frame of this type that was not yet given out by `next`; waits for it.
   * @throws Error at an ERROR frame (unless that is wanted), a frame that is not as documented, a closed socket, or too late
   */
  async next<T extends ServerMessageType>(
    type: T | readonly T[],
    { where, timeoutMs = TIMEOUT_MS }: Wanted<T> = {},
  ): Promise<Frame<T>> {
    const types: readonly ServerMessageType[] = typeof type === 'string' ? [type] : type;
    const isWanted = (frame: Frame): frame is Frame<T> =>
      types.includes(frame.type) && (where === undefined || where(frame as Frame<T>));
    const concerns = (frame: Frame): boolean =>
      !this.taken.has(frame) && (isWanted(frame) || (frame.type === 'ERROR' && !types.includes('ERROR')));
    const frame = this.frames.find(concerns) ?? (await this.wait(concerns, types.join(' or '), timeoutMs));
    this.taken.add(frame);
    if (isWanted(frame)) return frame;
    throw new Error(`Instead of ${types.join(' or ')} came ${JSON.stringify(frame)}`);
  }

  /** Sends and takes the next frame of the type. */
  async ask<T extends ServerMessageType>(message: ClientMessage, type: T | readonly T[]): Promise<Frame<T>> {
    this.send(message);
    return this.next(type);
  }

  /** Calls `listener` with every frame from now on. Returns a function that ends this. */
  listen(listener: (frame: Frame) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The frames of one type so far, oldest first. */
  framesOf<T extends ServerMessageType>(type: T): Frame<T>[] {
    return this.frames.filter((frame): frame is Frame<T> => frame.type === type);
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Closes and resolves when that is done. @throws Error if a frame was not as documented */
  async close(): Promise<void> {
    if (this.socket.readyState !== WebSocket.CLOSED) {
      const closed = once(this.socket, 'close');
      this.socket.close();
      await closed;
    }
    if (this.problem !== null) throw this.problem;
  }

  /** Cuts the connection without a word. */
  terminate(): void {
    this.socket.terminate();
  }

  private receive(text: string): void {
    let frame: Frame;
    try {
      frame = checkFrame(text);
      if (this.nonces.has(frame.nonce)) throw new Error(`The nonce ${frame.nonce} came twice`);
    } catch (error) {
      this.problem ??= error as Error;
      this.failAll(this.problem);
      return;
    }
    this.nonces.add(frame.nonce);
    this.frames.push(frame);
    this.arrivals.push(performance.timeOrigin + performance.now());
    for (const listener of this.listeners) listener(frame);
    for (const one of this.waiting)
      if (one.wants(frame)) {
        this.taken.add(frame);
        one.settle(frame);
        break;
      }
  }

  private wait(wants: (frame: Frame) => boolean, what: string, timeoutMs: number): Promise<Frame> {
    if (this.problem !== null) return Promise.reject(this.problem);
    if (!this.isOpen) return Promise.reject(new Error(`The socket is closed: ${what} will not come`));
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(waiting);
      };
      const fail = (error: Error): void => {
        done();
        reject(error);
      };
      const settle = (frame: Frame): void => {
        done();
        resolve(frame);
      };
      const timer = setTimeout(() => fail(new Error(this.explainLate(what, timeoutMs))), timeoutMs);
      const waiting: Waiting = { wants, settle, fail };
      this.waiting.add(waiting);
    });
  }

  private explainLate(what: string, timeoutMs: number): string {
    const last = this.frames.slice(-5).map((frame) => JSON.stringify(frame).slice(0, 300));
    return `Waited ${timeoutMs / 1000} s for ${what}. The last frames:\n${last.join('\n')}`;
  }

  private failAll(error: Error): void {
    for (const { fail } of [...this.waiting]) fail(error);
  }
}
