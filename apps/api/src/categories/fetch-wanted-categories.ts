import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import {
  CommonsReplica,
  excludes,
  foldTitle,
  WantedCategoryRefresher,
  WantedCategoryRepository,
  type WantedCategoriesPage,
  type WantedCategory,
} from '#app/persistence';
import { DomainError } from '#app/protocol';
import { ApiConfig } from '../api.config.js';

const PAGE = 100;
/** Looked at for the first page while there is no list, so that maintenance categories do not empty it. */
const TOP = 1_000;
/** How long one look at the replica serves everybody. */
const TOP_MS = 60_000;

/** The categories of Commons that have members but no page, the largest first. */
@Injectable()
export class FetchWantedCategories implements OnModuleDestroy {
  private readonly logger = new Logger(FetchWantedCategories.name);
  private readonly stop = new AbortController();
  private readonly isExcluded: (title: string) => boolean;
  private top: { until: number; found: Promise<WantedCategory[]> } | null = null;
  private refreshing: Promise<void> | null = null;

  constructor(
    private readonly categories: WantedCategoryRepository,
    private readonly refresher: WantedCategoryRefresher,
    private readonly replica: CommonsReplica,
    config: ApiConfig,
  ) {
    this.isExcluded = excludes(config.wantedCategoriesExclude);
  }

  /**
   * One page of 100. Without a list yet: the first 100 straight from the replica, while the list is made.
   * @param filter text that the titles have in them, in any case
   * @throws DomainError NOT_CONFIGURED @throws TemporaryError when there is no list and the replica fails
   */
  async fetch(offset: number, filter: string): Promise<WantedCategoriesPage> {
    const page = await this.categories.findPage({ filter, offset, limit: PAGE });
    if (page !== null) return page;
    if (!this.replica.hasCore)
      throw new DomainError('NOT_CONFIGURED', 'Wanted categories are not available on this server.');
    this.startRefresh();
    return this.fetchTop(offset, filter);
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort(new Error('The process ends'));
    await this.refreshing;
  }

  private async fetchTop(offset: number, filter: string): Promise<WantedCategoriesPage> {
    const found = await this.findTop();
    const forgotten = await this.categories.listForgotten(found.map(({ title }) => title));
    const text = foldTitle(filter);
    const items = found
      .filter(
        ({ title }) => !forgotten.has(title) && !this.isExcluded(title) && foldTitle(title).includes(text),
      )
      .slice(0, PAGE);
    return { items: items.slice(offset), total: items.length };
  }

  private findTop(): Promise<WantedCategory[]> {
    if (this.top !== null && Date.now() < this.top.until) return this.top.found;
    const top = { until: Date.now() + TOP_MS, found: this.replica.listTopMissing(TOP) };
    top.found.catch(() => {
      if (this.top === top) this.top = null;
    });
    this.top = top;
    return top.found;
  }

  private startRefresh(): void {
    this.refreshing ??= this.refresher
      .refreshIfDue(this.stop.signal)
      .then(
        (count) => {
          if (count !== null) this.logger.log({ message: 'The list of wanted categories is made', count });
        },
        (error: unknown) => {
          if (this.stop.signal.aborted) return;
          this.logger.warn({ message: `The list of wanted categories could not be made: ${String(error)}` });
        },
      )
      .finally(() => (this.refreshing = null));
  }
}
