import { aborted, CuratorError } from './curator-error.js';
import type { ServerMessage } from './generated/messages.js';

/** What a frame means to the request that is waiting for its answer. */
export type Verdict<T> =
  | { readonly is: 'other' }
  /** Part of the answer: the time limit begins anew. */
  | { readonly is: 'part'; readonly send?: string }
  | { readonly is: 'answer'; readonly value: T }
  | { readonly is: 'refused'; readonly error: CuratorError };

/** One request with all that belongs to its answer. */
export interface Exchange<T> {
  /** Called anew for each time it is sent. */
  begin(): {
    readonly frames: readonly string[];
    readonly judge: (message: ServerMessage) => Verdict<T>;
  };
  /** Whether it may be sent again when the connection is lost before its answer. */
  readonly isRepeatable: boolean;
  /** For its turn, and again for its answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether its answer is so long that another connection is sooner had. */
  readonly isLong?: boolean;
}

interface Task {
  readonly exchange: Exchange<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CuratorError) => void;
  judge: ((message: ServerMessage) => Verdict<unknown>) | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
  isSettled: boolean;
}

interface Wire {
  send(text: string): boolean;
  drop(why: CuratorError): void;
}

export const refused = (message: string): CuratorError => new CuratorError('REFUSED', message);

/**
 * Requests one after the other, as servers answer them: an `ERROR` names no request, so that it can only be that of the one
 * which waits. For the same reason a connection is given up when an answer is late: nothing that comes later can be
 * mistaken for the answer to something else.
 */
export class Lane {
  private readonly waiting: Task[] = [];
  private current: Task | undefined;
  private isOpen = false;
  private end: CuratorError | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly maxWaiting: number,
  ) {}

  get isIdle(): boolean {
    return this.isOpen && this.current === undefined && this.waiting.length === 0;
  }

  /** @param isOwn of this client itself: there are few of them. @throws CuratorError */
  run<T>(exchange: Exchange<T>, isOwn = false): Promise<T> {
    const { signal } = exchange;
    if (this.end !== undefined) return Promise.reject(this.end);
    if (signal?.aborted) return Promise.reject(aborted(signal));
    if (!isOwn && this.waiting.length >= this.maxWaiting) {
      const message = `${this.maxWaiting} requests wait for their turn already.`;
      return Promise.reject(new CuratorError('TOO_MANY_WAITING', message));
    }
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => this.abort(task);
      const settle = (): void => signal?.removeEventListener('abort', onAbort);
      const task: Task = {
        exchange,
        resolve: (value) => {
          settle();
          resolve(value as T);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        judge: undefined,
        timer: undefined,
        isSettled: false,
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(task);
      this.limit(task);
      this.next();
    });
  }

  opened(): void {
    this.isOpen = true;
    this.next();
  }

  lost(why: CuratorError): void {
    this.isOpen = false;
    const task = this.current;
    this.current = undefined;
    if (task === undefined) return;
    if (!task.exchange.isRepeatable || task.isSettled || why.code === 'TOO_LARGE') {
      return this.fail(task, why);
    }
    task.judge = undefined;
    this.waiting.unshift(task);
    this.limit(task);
  }

  ended(error: CuratorError): void {
    this.end = error;
    this.isOpen = false;
    const tasks = [...(this.current === undefined ? [] : [this.current]), ...this.waiting.splice(0)];
    this.current = undefined;
    for (const task of tasks) this.fail(task, error);
  }

  frame(message: ServerMessage): void {
    const task = this.current;
    const verdict = task?.judge?.(message);
    if (task === undefined || verdict === undefined) return;
    switch (verdict.is) {
      case 'other':
        return;
      case 'part':
        this.limit(task);
        if (verdict.send !== undefined) this.wire.send(verdict.send);
        return;
      case 'answer':
      case 'refused':
        this.current = undefined;
        if (verdict.is === 'refused') this.fail(task, verdict.error);
        else this.succeed(task, verdict.value);
        this.next();
    }
  }

  private next(): void {
    if (!this.isOpen || this.current !== undefined) return;
    const task = this.waiting.shift();
    if (task === undefined) return;
    const { frames, judge } = task.exchange.begin();
    task.judge = judge;
    this.current = task;
    this.limit(task);
    for (const frame of frames) this.wire.send(frame);
  }

  /** Its time limit begins anew. */
  private limit(task: Task): void {
    clearTimeout(task.timer);
    task.timer = setTimeout(() => this.late(task), task.exchange.timeoutMs);
  }

  private late(task: Task): void {
    const error = new CuratorError('TIMEOUT', 'The server did not answer in time.');
    const wasSent = this.current === task;
    if (wasSent) this.current = undefined;
    else this.leave(task);
    this.fail(task, error);
    if (wasSent) this.wire.drop(error);
  }

  private abort(task: Task): void {
    const error = aborted(task.exchange.signal);
    if (this.current !== task) this.leave(task);
    else if (task.exchange.isLong === true) {
      this.current = undefined;
      this.fail(task, error);
      return this.wire.drop(error);
    }
    // One that was sent keeps its place until its answer has passed by.
    this.settle(task, () => task.reject(error), this.current === task);
  }

  private leave(task: Task): void {
    const at = this.waiting.indexOf(task);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  private succeed(task: Task, value: unknown): void {
    this.settle(task, () => task.resolve(value));
  }

  private fail(task: Task, error: CuratorError): void {
    this.settle(task, () => task.reject(error));
  }

  private settle(task: Task, tell: () => void, keepsTimer = false): void {
    if (!keepsTimer) clearTimeout(task.timer);
    if (task.isSettled) return;
    task.isSettled = true;
    tell();
  }
}
