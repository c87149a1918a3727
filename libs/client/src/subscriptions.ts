import { waitBefore, type Backoff } from './backoff.js';
import { CuratorError } from './curator-error.js';
import { probedExchange } from './exchanges.js';
import { Feed } from './feed.js';
import type { ClientMessage, ServerMessage } from './generated/messages.js';
import type { Lane } from './lane.js';
import type { Kind, Told } from './subscription-kinds.js';

/** A stream of what a subscription tells; leaving the loop over it ends the subscription. */
export type Subscription<T> = AsyncIterableIterator<T, void>;

interface Watch {
  readonly kind: Pick<Kind<unknown, unknown>, 'name' | 'subscribe' | 'unsubscribe'>;
  take(message: ServerMessage): void;
  fail(error: CuratorError): void;
  wasTold: boolean;
  refusals: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

interface Settings {
  readonly timeoutMs: number;
  readonly backoff: Backoff;
}

/** A server that has just come back may refuse for a moment what it granted before. */
const MOST_REFUSALS = 5;

/** What this client watches, on whichever connection it has. */
export class Subscriptions {
  private readonly watches = new Map<string, Watch>();
  private isOpen = false;
  private end: CuratorError | undefined;

  constructor(
    private readonly lane: Lane,
    private readonly send: (message: ClientMessage) => void,
    private readonly settings: Settings,
  ) {}

  watch<Waiting, Came>(kind: Kind<Waiting, Came>, signal?: AbortSignal): Subscription<Waiting> {
    const read = kind.begin();
    const feed: Feed<Waiting, Came> = new Feed(kind.merge, () => this.leave(watch), signal);
    const watch: Watch = {
      kind,
      take: (message) => {
        const told: Told<Came> | null = read(message);
        if (told === null) return;
        watch.wasTold = true;
        if (told.came !== undefined) feed.push(told.came);
        if (told.isLast === true) feed.complete();
      },
      fail: (error) => feed.fail(error),
      wasTold: false,
      refusals: 0,
      timer: undefined,
    };
    if (this.end !== undefined) feed.fail(this.end);
    if (feed.isEnded) return feed;
    const before = this.watches.get(kind.name);
    this.watches.set(kind.name, watch);
    before?.fail(new CuratorError('REPLACED', `Another ${kind.name} is watched instead.`));
    if (this.isOpen) this.start(watch);
    return feed;
  }

  opened(): void {
    this.isOpen = true;
    for (const watch of this.watches.values()) this.start(watch);
  }

  lost(): void {
    this.isOpen = false;
    for (const watch of this.watches.values()) clearTimeout(watch.timer);
  }

  ended(error: CuratorError): void {
    this.lost();
    this.end = error;
    for (const watch of [...this.watches.values()]) watch.fail(error);
  }

  frame(message: ServerMessage): void {
    for (const watch of [...this.watches.values()]) watch.take(message);
  }

  /** Asks again for what another request has taken the place of. */
  renew(name: string): void {
    const watch = this.watches.get(name);
    if (watch !== undefined && this.isOpen) this.start(watch);
  }

  private start(watch: Watch): void {
    clearTimeout(watch.timer);
    this.subscribe(watch).catch((error: unknown) => {
      if (!this.isWatched(watch)) return;
      if (!(error instanceof CuratorError)) throw error;
      // Without a connection it is begun anew with the next one.
      if (error.code === 'REFUSED') this.refuse(watch, error);
      else if (error.code === 'TOO_LARGE') watch.fail(error);
    });
  }

  private async subscribe(watch: Watch): Promise<void> {
    const { timeoutMs } = this.settings;
    const limits = { timeoutMs, isRepeatable: false };
    await this.lane.run(
      probedExchange(watch.kind.subscribe, limits, () => true, true),
      true,
    );
    watch.wasTold = true;
    watch.refusals = 0;
  }

  private refuse(watch: Watch, error: CuratorError): void {
    watch.refusals += 1;
    if (!watch.wasTold || watch.refusals >= MOST_REFUSALS) return watch.fail(error);
    watch.timer = setTimeout(() => this.start(watch), waitBefore(watch.refusals, this.settings.backoff));
  }

  private leave(watch: Watch): void {
    clearTimeout(watch.timer);
    if (!this.isWatched(watch)) return;
    const { name, unsubscribe } = watch.kind;
    this.watches.delete(name);
    if (!this.isOpen || unsubscribe === undefined) return;
    this.send(unsubscribe);
    for (const other of this.watches.values()) {
      if (other.kind.unsubscribe?.type === unsubscribe.type) this.start(other);
    }
  }

  private isWatched(watch: Watch): boolean {
    return this.watches.get(watch.kind.name) === watch;
  }
}
