import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { buildServerFrame, type ServerMessage } from '#app/protocol';
import { WebSocket } from 'ws';
import type { SocketUser } from '../auth/upgrade-authenticator.js';
import type { CloseCode } from './close-codes.js';
import { Subscriptions } from './limits/subscriptions.js';
import type { FrameObserver } from './frame-observer.js';
import type { Subscriber } from './subscriber.js';

/** Bytes that may wait for a client that reads slower than it is written to. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** For a client that does not close its side. */
const CLOSE_WITHIN_MS = 500;

/** What work for a client that has left ends with: one for all, as each made anew costs its stack. */
const CLOSED = new DOMException('The connection has closed', 'AbortError');

/** Runs costly work of a person when it is its turn. */
export type Turns = <T>(work: () => Promise<T> | T) => Promise<T>;

const atOnce: Turns = async (work) => work();

export interface ConnectionLimits {
  /** Bytes under way from which on the client counts as behind. */
  readonly slowBytes?: number;
  readonly subscriptions?: Subscriptions;
  readonly frames?: FrameObserver;
  readonly collections?: Turns;
  readonly costly?: Turns;
}

/** One client's WebSocket, with the person it belongs to. */
export class Connection implements Subscriber {
  /** As the log calls it. */
  readonly id = randomUUID();
  /** What the client watches. */
  readonly subscriptions: Subscriptions;
  /** Turns of the person's collections. */
  readonly collections: Turns;
  /** Turns of the person's other costly messages. */
  readonly costly: Turns;
  private readonly frames: FrameObserver | undefined;
  private readonly logger = new Logger('Connection');
  private readonly closing = new AbortController();
  private readonly slowBytes: number;
  private readonly postponed = new Map<string, () => void>();
  private waiters: (() => void)[] = [];
  /** In the order in which they will have been written. */
  private readonly underWay: (string | Buffer)[] = [];
  private readonly owed = new Set<Promise<unknown>>();
  private since: number | null = null;

  constructor(
    private readonly socket: WebSocket,
    readonly person: SocketUser,
    limits: ConnectionLimits = {},
  ) {
    this.slowBytes = limits.slowBytes ?? MAX_WAITING_BYTES;
    this.subscriptions = limits.subscriptions ?? new Subscriptions();
    this.collections = limits.collections ?? atOnce;
    this.costly = limits.costly ?? atOnce;
    this.frames = limits.frames;
    socket.once('close', () => this.end());
  }

  /** Aborted when the socket closes, or is closed here: work done for this client alone should end with it. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  get isBehind(): boolean {
    return this.socket.bufferedAmount > this.slowBytes;
  }

  /** When the client fell behind (`performance.now()`), or null. */
  get behindSince(): number | null {
    return this.since;
  }

  /** Bytes on their way to the client. */
  get waitingBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Those of them that other connections may be sent as well: they are in memory once. */
  get sharedFrames(): readonly Buffer[] {
    return this.underWay.filter((frame) => typeof frame !== 'string');
  }

  whenCaughtUp(topic: string, tell: () => void): void {
    this.postponed.set(topic, tell);
    this.runPostponed();
  }

  /** Resolves when the client is not behind, or is gone. */
  ready(): Promise<void> {
    if (!this.isBehind || this.closed.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiters.push(resolve);
    });
  }

  /** The client waits for an answer until this ends. */
  owe(answer: Promise<void>): void {
    this.owed.add(answer);
    const answered = (): boolean => this.owed.delete(answer);
    answer.then(answered, answered);
  }

  /** Resolves when the client waits for no answer, to what has come meanwhile neither. */
  async whenAnswered(): Promise<void> {
    while (this.owed.size > 0) {
      await Promise.allSettled(this.owed);
      // A message that is here by now is taken first.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  send(message: ServerMessage): void {
    this.sendFrame(buildServerFrame(message));
  }

  /** @param frame one text frame, encoded once where many connections get the same */
  sendFrame(frame: string | Buffer): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_WAITING_BYTES) {
      this.logger.warn(
        `Dropped a connection of user ${this.person.userid}: it does not read what it is sent`,
      );
      this.socket.terminate();
      return;
    }
    this.underWay.push(frame);
    this.socket.send(frame, { binary: false }, this.onWritten);
    this.frames?.sent(frame);
    if (this.isBehind) this.since ??= performance.now();
  }

  /** @param type of a message of the client, or anything else for what could not be read */
  noteReceived(type: string): void {
    this.frames?.received(type);
  }

  /** Whatever the client has sent, or sends until it is gone, is not answered any more. @param code see CLOSE_CODES */
  close(code: CloseCode, reason: string): void {
    this.end();
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), CLOSE_WITHIN_MS).unref();
  }

  private end(): void {
    this.closing.abort(CLOSED);
    this.postponed.clear();
    this.admitWaiters();
  }

  /** An error of a write ends the socket, which tells of it by itself. */
  private readonly onWritten = (): void => {
    this.underWay.shift();
    if (this.isBehind) return;
    this.since = null;
    this.runPostponed();
    if (!this.isBehind) this.admitWaiters();
  };

  private admitWaiters(): void {
    const admitted = this.waiters;
    this.waiters = [];
    for (const admit of admitted) admit();
  }

  private runPostponed(): void {
    while (this.postponed.size > 0 && !this.isBehind && !this.closed.aborted) {
      const [[topic, tell] = ['', undefined]] = this.postponed;
      this.postponed.delete(topic);
      tell?.();
    }
  }
}
