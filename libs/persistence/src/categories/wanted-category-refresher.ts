import type { AdvisoryLock } from '../database/advisory-lock.js';
import type { CommonsReplica } from '../replica/commons-replica.js';
import { excludes } from './category-title.js';
import type { WantedCategoryRepository } from './wanted-category.repository.js';

export interface RefreshOptions {
  /** Terms of maintenance categories. */
  exclude: readonly string[];
  /** When a list is to be made anew. */
  maxAgeMs: number;
  /** Categories looked at by one statement on the replica. */
  chunk?: number;
}

const LOCK = 'curator:wanted-categories';
const CHUNK = 10_000;

/** Makes the list of wanted categories anew from the replica, some categories at a time and never twice at once. */
export class WantedCategoryRefresher {
  private readonly isExcluded: (title: string) => boolean;

  constructor(
    private readonly replica: CommonsReplica,
    private readonly lists: WantedCategoryRepository,
    private readonly lock: AdvisoryLock,
    private readonly options: RefreshOptions,
  ) {
    this.isExcluded = excludes(options.exclude);
  }

  /** Whether there is no list or one that is too old. */
  async isDue(): Promise<boolean> {
    const completedAt = await this.lists.findAge();
    return completedAt === null || Date.now() - completedAt.getTime() >= this.options.maxAgeMs;
  }

  /**
   * Where it is due and no other process is at it. Nobody sees anything of a list that was not completed.
   * @returns how many categories the new list has, or null when nothing was done
   * @throws DomainError NOT_CONFIGURED @throws TemporaryError when the replica fails @throws the reason of `signal`
   */
  async refreshIfDue(signal: AbortSignal): Promise<number | null> {
    if (!(await this.isDue())) return null;
    return this.refreshAlone(signal, () => this.isDue());
  }

  /** As {@link refreshIfDue}, however old the list is. */
  refreshNow(signal: AbortSignal): Promise<number | null> {
    return this.refreshAlone(signal, () => Promise.resolve(true));
  }

  private async refreshAlone(signal: AbortSignal, isWanted: () => Promise<boolean>): Promise<number | null> {
    let count: number | null = null;
    await this.lock.tryRun(LOCK, async (lost) => {
      if (await isWanted()) count = await this.refresh(AbortSignal.any([signal, lost]));
    });
    return count;
  }

  private async refresh(signal: AbortSignal): Promise<number> {
    const listId = await this.lists.begin();
    for (let after: number | null = 0; ;) {
      signal.throwIfAborted();
      const { categories, last } = await this.replica.listMissingCategories(
        after,
        this.options.chunk ?? CHUNK,
      );
      if (last === null) break;
      await this.lists.add(
        listId,
        categories.filter(({ title }) => !this.isExcluded(title)),
      );
      after = last;
    }
    return this.lists.publish(listId, signal);
  }
}
