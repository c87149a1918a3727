import { Injectable, Logger } from '@nestjs/common';
import { BatchRepository, type BatchPage } from '#app/persistence';
import { buildServerFrame, type BatchesPageDto } from '#app/protocol';
import type { Connection } from './connection.js';
import { FirstPage } from './first-page.js';

interface ListWatch {
  readonly connection: Connection;
  readonly query: { readonly userid?: string; readonly filter?: string };
  readonly limit: number;
  /** Unset until the whole page has been sent: no partial list may come before it. */
  page?: FirstPage;
  /** Batches that changed and are still to be told. */
  changed: Set<number>;
  /** Changes may have been missed: the whole page is to be told. */
  stale: boolean;
}

const TOPIC = 'batches';

/** At most two rounds of partial lists a second. */
const ROUND_INTERVAL_MS = 500;

const hasNews = ({ page, changed, stale }: ListWatch): boolean =>
  page !== undefined && (stale || changed.size > 0);

/** Whoever is behind is told the newest state later. */
const isDue = (watch: ListWatch): boolean => hasNews(watch) && !watch.connection.isBehind;

const encodePart = (data: BatchPage): Buffer =>
  Buffer.from(buildServerFrame({ type: 'BATCHES_LIST', partial: true, data }));

/** Who watches which list of batches on this process. Nothing is asked of the database while no batch changes. */
@Injectable()
export class BatchListWatchers {
  private readonly logger = new Logger(BatchListWatchers.name);
  private readonly watches = new Map<Connection, ListWatch>();
  private timer: NodeJS.Timeout | undefined;
  private lastRoundAt = Number.NEGATIVE_INFINITY;
  private running = false;

  constructor(private readonly batches: BatchRepository) {}

  /** Sends a page of batches; the first page is kept up to date from then on. Replaces what the connection watched before. */
  async show(connection: Connection, { page, limit, userid, filter }: BatchesPageDto): Promise<void> {
    this.leave(connection);
    if (page === 1) connection.subscriptions.claim(TOPIC);
    const query = { ...(userid && { userid }), ...(filter && { filter }) };
    const watch: ListWatch = { connection, query, limit, changed: new Set(), stale: false };
    if (page === 1) this.watches.set(connection, watch);
    const { items, total } = await this.batches.listPage({ page, limit, ...query });
    connection.send({ type: 'BATCHES_LIST', partial: false, data: { items: items, total } });
    const ids = items.map(({ id }) => id);
    watch.page = new FirstPage(ids, limit);
    this.schedule();
  }

  leave(connection: Connection): void {
    this.watches.delete(connection);
    connection.subscriptions.release(TOPIC);
  }

  /** A batch was created or the state of its uploads changed. */
  noteChange(change: { batchid: number; userid: string }): void {
    for (const { query, changed } of this.watches.values()) {
      if (query.userid === undefined || query.userid === change.userid) changed.add(change.batchid);
    }
    this.schedule();
  }

  /** Notes of changes may have been missed: sends every watched page again. */
  reload(): void {
    for (const watch of this.watches.values()) watch.stale = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.timer !== undefined || this.running) return;
    for (const watch of this.watches.values()) {
      if (hasNews(watch) && !isDue(watch)) watch.connection.whenCaughtUp('batches', () => this.schedule());
    }
    if (![...this.watches.values()].some(isDue)) return;
    const wait = Math.max(0, this.lastRoundAt + ROUND_INTERVAL_MS - performance.now());
    this.timer = setTimeout(() => void this.runRound(), wait);
  }

  private async runRound(): Promise<void> {
    this.timer = undefined;
    this.running = true;
    this.lastRoundAt = performance.now();
    const groups = new Map<string, ListWatch[]>();
    for (const watch of this.watches.values()) {
      if (!isDue(watch)) continue;
      const key = JSON.stringify([watch.query, watch.stale && watch.limit]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [watch]);
      else group.push(watch);
    }
    await Promise.all([...groups.values()].map((watches) => this.tellGroup(watches)));
    this.running = false;
    this.schedule();
  }

  /** One pair of queries for everyone who asked for the same list. */
  private async tellGroup(watches: readonly ListWatch[]): Promise<void> {
    const [first] = watches;
    if (first === undefined) return;
    const isWhole = first.stale;
    const asked = watches.map((watch) => ({ watch, ids: this.takeChanges(watch) }));
    const wanted = new Set(asked.flatMap(({ ids }) => [...ids]));
    try {
      const { items, total } = isWhole
        ? await this.batches.listPage({ page: 1, limit: first.limit, ...first.query })
        : {
            items: await this.batches.listSummaries([...wanted], first.query),
            total: await this.batches.count(first.query),
          };
      /** Encoded once for all who are shown the same. */
      const frames = new Map<string, Buffer>();
      for (const { watch, ids } of asked) {
        const shown = items.filter(({ id }) => (isWhole || ids.has(id)) && watch.page?.admit(id));
        // Whoever asked for another list meanwhile gets nothing of this one any more.
        if (shown.length === 0 || this.watches.get(watch.connection) !== watch) continue;
        const key = shown.map(({ id }) => id).join();
        const frame = frames.get(key) ?? encodePart({ items: shown, total });
        frames.set(key, frame);
        watch.connection.sendFrame(frame);
      }
    } catch (error) {
      this.logger.warn(`Could not read the batches that changed: ${String(error)}`);
      for (const { watch, ids } of asked) {
        for (const id of ids) watch.changed.add(id);
        if (isWhole) watch.stale = true;
      }
    }
  }

  /** What comes up while they are read is told in the next round. */
  private takeChanges(watch: ListWatch): Set<number> {
    const taken = watch.changed;
    watch.changed = new Set();
    watch.stale = false;
    return taken;
  }
}
