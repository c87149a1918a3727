import type { CategoryFile, CategoryPart, CategorySource, FoundCategory } from '#app/protocol';
import {
  FIND_CATEGORY_PAGE,
  FIND_REDIRECT,
  FIND_TITLE_ID,
  findAnyMember,
  LIST_LINKED_CATEGORIES,
  LIST_USED_TEMPLATES,
  listMembers,
  PROBE_CATEGORY_COLUMN,
  SUM_ESTIMATES,
  type CategoryColumn,
} from './category-statements.js';
import { readTitle, toTitleColumn } from './read-columns.js';
import type { ReplicaCluster } from './replica-cluster.js';
import type { ReplicaFiles } from './replica-files.js';
import { isOtherSchema, SchemaProbe } from './schema-probe.js';

interface MemberRow {
  pageId: number;
  sortkey: Buffer;
  /** Null while the copy of the pages is behind. */
  title: Buffer | null;
}

const CHUNK = 500;
const SECONDS = 30;
const POSITION = /^((?:[0-9a-f]{2})*):(\d+)$/;
const MOST_TITLE_IDS = 1_000;

const writePosition = ({ sortkey, pageId }: MemberRow): string => `${sortkey.toString('hex')}:${pageId}`;

function readPosition(text: string | null): [Buffer, number] {
  if (text === null) return [Buffer.alloc(0), 0];
  const [, sortkey, pageId] = POSITION.exec(text) ?? [];
  if (sortkey === undefined) throw new TypeError(`No place in a category: ${text}`);
  return [Buffer.from(sortkey, 'hex'), Number(pageId)];
}

/**
 * Categories from the replicas: which files are in them from the links tables, what is known of the files from the core
 * tables, which may be on a server of their own. A place in a category is the sort key, in hexadecimal digits, and the page.
 */
export class ReplicaCategories implements CategorySource {
  readonly name = 'replica';
  private readonly column: SchemaProbe<CategoryColumn>;
  private readonly titleIds = new Map<string, number>();

  /** @param redirectTemplates templates, without namespace, whose use makes a category lead to another */
  constructor(
    private readonly core: ReplicaCluster,
    private readonly links: ReplicaCluster,
    private readonly files: ReplicaFiles,
    private readonly redirectTemplates: readonly string[],
  ) {
    this.column = new SchemaProbe(() => this.probe());
  }

  async find(title: string, signal: AbortSignal): Promise<FoundCategory | null> {
    const column = toTitleColumn(title);
    const [page] = await this.links.rows<{ id: number; isRedirect: number }>(
      FIND_CATEGORY_PAGE,
      [column],
      SECONDS,
    );
    signal.throwIfAborted();
    if (page === undefined && !(await this.hasMember(title))) return null;
    const redirect = page === undefined ? null : await this.findRedirect(page, title);
    return { files: await this.estimateFiles([title], signal), redirect };
  }

  async listFiles(
    title: string,
    after: string | null,
    signal: AbortSignal,
  ): Promise<CategoryPart<CategoryFile>> {
    const rows = await this.listMembers(title, 'file', after);
    signal.throwIfAborted();
    const names = rows.flatMap(({ title: name }) => name ?? []);
    const found = await this.files.findFiles(names, signal);
    const members = rows.flatMap(({ pageId, title: name }) => {
      const data = name === null ? undefined : found.get(name.toString());
      return name === null || data === undefined ? [] : [{ pageId, name: readTitle(name), ...data }];
    });
    return { members, others: rows.length - members.length, next: nextOf(rows) };
  }

  async listSubcategories(
    title: string,
    after: string | null,
    signal: AbortSignal,
  ): Promise<CategoryPart<string>> {
    const rows = await this.listMembers(title, 'subcat', after);
    signal.throwIfAborted();
    const members = rows.flatMap(({ title: name }) => (name === null ? [] : [readTitle(name)]));
    return { members, others: rows.length - members.length, next: nextOf(rows) };
  }

  async estimateFiles(titles: readonly string[], signal: AbortSignal): Promise<number> {
    if (titles.length === 0) return 0;
    const values = [titles.map(toTitleColumn)];
    const [row] = await this.core.rows<{ files: string | number | null }>(SUM_ESTIMATES, values, SECONDS);
    signal.throwIfAborted();
    return Number(row?.files ?? 0);
  }

  private async findRedirect(
    page: { id: number; isRedirect: number },
    title: string,
  ): Promise<FoundCategory['redirect']> {
    if (page.isRedirect === 1) {
      return { template: null, targets: await this.listTitles(FIND_REDIRECT, [page.id]) };
    }
    const templates = this.redirectTemplates.map(toTitleColumn);
    if (templates.length === 0) return null;
    const [template] = await this.listTitles(LIST_USED_TEMPLATES, [page.id, templates]);
    if (template === undefined) return null;
    const linked = await this.listTitles(LIST_LINKED_CATEGORIES, [page.id]);
    return { template, targets: linked.filter((target) => target !== title) };
  }

  private async listTitles(
    statement: string,
    values: Parameters<ReplicaCluster['rows']>[1],
  ): Promise<string[]> {
    const rows = await this.links.rows<{ title: Buffer }>(statement, values, SECONDS);
    return rows.map(({ title }) => readTitle(title));
  }

  private async hasMember(title: string): Promise<boolean> {
    return this.column.use(async (column) => {
      const category = await this.findCategory(column, title);
      if (category === null) return false;
      return (await this.links.rows(findAnyMember(column), [category], SECONDS)).length > 0;
    });
  }

  private listMembers(title: string, type: 'file' | 'subcat', after: string | null): Promise<MemberRow[]> {
    const [sortkey, pageId] = readPosition(after);
    return this.column.use(async (column) => {
      const category = await this.findCategory(column, title);
      if (category === null) return [];
      const values = [category, type, sortkey, sortkey, pageId, CHUNK];
      return this.links.rows<MemberRow>(listMembers(column), values, SECONDS);
    });
  }

  /** What the column has of this category; null when nothing can be in it. */
  private async findCategory(column: CategoryColumn, title: string): Promise<number | Buffer | null> {
    if (column === 'cl_to') return toTitleColumn(title);
    const known = this.titleIds.get(title);
    if (known !== undefined) return known;
    const [row] = await this.links.rows<{ id: number }>(FIND_TITLE_ID, [toTitleColumn(title)], SECONDS);
    if (row === undefined) return null;
    if (this.titleIds.size >= MOST_TITLE_IDS) this.titleIds.clear();
    this.titleIds.set(title, row.id);
    return row.id;
  }

  private async probe(): Promise<CategoryColumn> {
    try {
      await this.links.rows(PROBE_CATEGORY_COLUMN, [], SECONDS);
      return 'cl_target_id';
    } catch (error) {
      if (isOtherSchema(error)) return 'cl_to';
      throw error;
    }
  }
}

const nextOf = (rows: readonly MemberRow[]): string | null => {
  const last = rows.at(-1);
  return last === undefined || rows.length < CHUNK ? null : writePosition(last);
};
