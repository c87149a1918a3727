import type { CategorySource, RequestObserver } from '#app/protocol';
import type { WantedCategory } from '../categories/wanted-category.js';
import { namespacePrefix } from './namespace-prefix.js';
import { ReplicaCategories } from './replica-categories.js';
import { ReplicaCluster } from './replica-cluster.js';
import { ReplicaFiles } from './replica-files.js';
import { SshRoute } from './ssh-route.js';
import * as statements from './statements.js';

export interface ReplicaOptions {
  /** Addresses as of parseDatabaseUrl; null: there is none. */
  coreUrl: string | null;
  linksUrl: string | null;
  /** Through which addresses without a user are reached. */
  ssh: SshRoute;
  observer?: RequestObserver | undefined;
}

/** A link to a category that has no page. */
export interface Redlink {
  /** Without namespace, with underscores. */
  title: string;
  /** The linking page, with its namespace. */
  linkedFrom: string;
}

export interface MissingCategories {
  categories: WantedCategory[];
  /** Where the next run begins; null: this was the last one. */
  last: number | null;
}

interface CategoryRow {
  title: Buffer;
  subcats: number;
  files: number;
  total: number;
}

const CHUNK_SECONDS = 30;
const SORT_SECONDS = 60;
const TARGETS_A_CHUNK = 10_000;
const NOTHING = Buffer.alloc(0);

/** Counts are estimates there, and may even be negative. */
function toWantedCategory({ title, subcats, files, total }: CategoryRow): WantedCategory {
  const counts = { subcats: Math.max(0, subcats), files: Math.max(0, files), total: Math.max(0, total) };
  return {
    title: title.toString(),
    ...counts,
    pages: Math.max(0, counts.total - counts.subcats - counts.files),
  };
}

/**
 * The wiki's own tables, replicated for reading. The core tables and the links tables are on different servers. Every
 * statement has a limit of its own; callers own retries.
 * @see https://wikitech.wikimedia.org/wiki/Help:Wiki_Replicas
 * @see https://www.mediawiki.org/wiki/Manual:Database_layout
 */
export class CommonsReplica {
  private readonly core: ReplicaCluster;
  private readonly links: ReplicaCluster;

  constructor({ coreUrl, linksUrl, ssh, observer }: ReplicaOptions) {
    this.core = new ReplicaCluster(coreUrl, ssh, observer);
    this.links = new ReplicaCluster(linksUrl, ssh, observer);
  }

  get hasCore(): boolean {
    return this.core.isConfigured;
  }

  get hasLinks(): boolean {
    return this.links.isConfigured;
  }

  /** Whether the core tables are reached through ssh. */
  get isTunnelled(): boolean {
    return this.core.isTunnelled;
  }

  /**
   * The categories without a page among the next `count` of all.
   * @param after where the run before ended, 0 for the first
   * @throws DomainError NOT_CONFIGURED @throws TemporaryError
   */
  async listMissingCategories(after: number, count: number): Promise<MissingCategories> {
    const last =
      (await this.findCategoryId(statements.FIND_CATEGORY_BOUND, [after, count - 1])) ??
      (await this.findCategoryId(statements.FIND_LAST_CATEGORY, [after]));
    if (last === null) return { categories: [], last: null };
    const rows = await this.core.rows<CategoryRow>(statements.LIST_MISSING, [after, last], CHUNK_SECONDS);
    return { categories: rows.map(toWantedCategory), last };
  }

  /** The `count` largest categories without a page, largest first. Slow: it sorts them all. @throws as above */
  async listTopMissing(count: number): Promise<WantedCategory[]> {
    const rows = await this.core.rows<CategoryRow>(statements.LIST_TOP_MISSING, [count], SORT_SECONDS);
    return rows.map(toWantedCategory);
  }

  /**
   * Links to categories without a page, looked for in runs of titles.
   * @param until when it ends with what was found so far
   * @throws DomainError NOT_CONFIGURED @throws TemporaryError
   */
  async listRedlinks(count: number, until: Date): Promise<Redlink[]> {
    const found: Redlink[] = [];
    let after: Buffer = NOTHING;
    while (found.length < count && Date.now() < until.getTime()) {
      const last =
        (await this.findTarget(statements.FIND_TARGET_BOUND, [after, TARGETS_A_CHUNK - 1])) ??
        (await this.findTarget(statements.FIND_LAST_TARGET, [after]));
      if (last === null) break;
      const rows = await this.links.rows<{ title: Buffer; namespace: number; source: Buffer }>(
        statements.LIST_REDLINKS,
        [after, last, count - found.length],
        CHUNK_SECONDS,
      );
      for (const { title, namespace, source } of rows) {
        found.push({ title: title.toString(), linkedFrom: namespacePrefix(namespace) + source.toString() });
      }
      after = last;
    }
    return found;
  }

  /**
   * The files and subcategories of categories.
   * @param redirectTemplates templates, without namespace, whose use makes a category lead to another
   */
  openCategories(redirectTemplates: readonly string[]): CategorySource {
    return new ReplicaCategories(this.core, this.links, new ReplicaFiles(this.core), redirectTemplates);
  }

  async close(): Promise<void> {
    await Promise.all([this.core.close(), this.links.close()]);
  }

  private async findCategoryId(statement: string, values: readonly number[]): Promise<number | null> {
    const [row] = await this.core.rows<{ id: number | null }>(statement, values, CHUNK_SECONDS);
    return row?.id ?? null;
  }

  private async findTarget(statement: string, values: readonly (number | Buffer)[]): Promise<Buffer | null> {
    const [row] = await this.links.rows<{ title: Buffer | null }>(statement, values, CHUNK_SECONDS);
    return row?.title ?? null;
  }
}
