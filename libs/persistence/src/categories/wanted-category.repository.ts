import type { Database, SqlValue } from '../database/database.js';
import { toCategoryTitle } from './category-title.js';
import { pagePositions } from './page-positions.js';
import * as statements from './statements.js';
import { TitleIndex } from './title-index.js';
import type { WantedCategoriesPage, WantedCategory } from './wanted-category.js';

export interface WantedCategoriesQuery {
  /** Text that the titles have in them, in whatever case. Empty: any. */
  filter: string;
  offset: number;
  limit: number;
}

interface CurrentList {
  id: number;
  itemCount: number;
  completedAt: Date;
}

type CategoryRow = Omit<WantedCategory, 'pages'>;

const ROWS_A_STATEMENT = 1_000;
const ROWS_NUMBERED = 5_000;
const ROWS_DELETED = 10_000;
const TITLES_READ = 20_000;
/** How long the replica may still show what has been done about a category. */
const FORGOTTEN_MS = 86_400_000;
const BEFORE_ALL = -4_294_967_296;

const toWantedCategory = (row: CategoryRow): WantedCategory => ({
  ...row,
  pages: Math.max(0, row.total - row.subcats - row.files),
});

/**
 * The wanted categories as they were found last, kept in order. A new list is put together beside the one that people see
 * and takes its place in one step; the one before stays until the next is begun, for those who still read it.
 */
export class WantedCategoryRepository {
  private searched: { listId: number; index: Promise<TitleIndex> } | null = null;

  constructor(private readonly database: Database) {}

  /** When the list that people see was completed; null: there is none. */
  async findAge(): Promise<Date | null> {
    return (await this.findCurrent())?.completedAt ?? null;
  }

  /** The largest first. @returns null when there is no list yet */
  async findPage({ filter, offset, limit }: WantedCategoriesQuery): Promise<WantedCategoriesPage | null> {
    const current = await this.findCurrent();
    if (current === null) return null;
    const gaps = (await this.database.rows<{ position: number }>(statements.LIST_GAPS, [current.id])).map(
      ({ position }) => position,
    );
    if (filter === '') {
      const positions = pagePositions(current.itemCount, gaps, { offset, limit });
      return { items: await this.listAt(current.id, positions), total: current.itemCount - gaps.length };
    }
    const index = await this.openIndex(current);
    const { total, positions } = index.find(filter, new Set(gaps), { offset, limit });
    return { items: await this.listAt(current.id, positions), total };
  }

  /**
   * Takes a category that was created or emptied from the list at once, and keeps it from coming back while the replica may
   * not know of it.
   * @param title with or without its namespace, with blanks or underscores
   */
  async forgetWantedCategory(title: string): Promise<void> {
    const stored = toCategoryTitle(title);
    await this.database.change(statements.REMEMBER_FORGOTTEN, [stored, new Date()]);
    await this.database.change(statements.FORGET_IN_LISTS, [stored]);
  }

  /** Those of the titles, without namespace and with underscores, that were forgotten lately. */
  async listForgotten(titles: readonly string[]): Promise<ReadonlySet<string>> {
    if (titles.length === 0) return new Set();
    const rows = await this.database.rows<{ title: string }>(statements.LIST_FORGOTTEN, [
      titles,
      remembered(),
    ]);
    return new Set(rows.map(({ title }) => title));
  }

  /** Begins a new list and removes all but the one that people see. One process at a time. @returns its id */
  async begin(): Promise<number> {
    const current = await this.findCurrent();
    const lists = await this.database.rows<{ id: number }>('SELECT id FROM wanted_category_lists');
    for (const { id } of lists) if (id !== current?.id) await this.remove(id);
    await this.deleteAll(statements.DROP_OLD_FORGOTTEN, [remembered()]);
    return this.database.insert('INSERT INTO wanted_category_lists (started_at, item_count) VALUES (?, 0)', [
      new Date(),
    ]);
  }

  /** Adds to a list that was begun, in any order. */
  async add(listId: number, categories: readonly WantedCategory[]): Promise<void> {
    for (let start = 0; start < categories.length; start += ROWS_A_STATEMENT) {
      const rows = categories
        .slice(start, start + ROWS_A_STATEMENT)
        .map(({ title, subcats, files, total }) => [listId, -total, title, subcats, files, total]);
      await this.database.change(statements.ADD_FOUND, [rows]);
    }
  }

  /** Puts a list in order and in the place of the one before. @returns how many it has @throws Error when it was removed meanwhile */
  async publish(listId: number, signal: AbortSignal): Promise<number> {
    const count = await this.number(listId, signal);
    await this.database.transaction(async (sql) => {
      await sql.change(statements.LEAVE_OUT_FORGOTTEN, [listId, remembered()]);
      if ((await sql.change(statements.COMPLETE_LIST, [new Date(), count, listId])) === 0)
        throw new Error(`List ${listId} of wanted categories was removed while it was made`);
    });
    await this.deleteAll('DELETE FROM wanted_category_finds WHERE list_id = ? LIMIT ?', [listId]);
    return count;
  }

  /** Gives the places from 0 on, some at a time. */
  private async number(listId: number, signal: AbortSignal): Promise<number> {
    let next = { place: 0, rank: BEFORE_ALL, title: '' };
    for (;;) {
      signal.throwIfAborted();
      const { place, rank, title } = next;
      const values = [place, listId, rank, rank, title, ROWS_NUMBERED];
      if ((await this.database.change(statements.NUMBER_FOUND, values)) === 0) return place;
      const [last] = await this.database.rows<{ position: number; title: string; total: number }>(
        statements.FIND_LAST_NUMBERED,
        [listId],
      );
      if (last === undefined) throw new Error(`List ${listId} of wanted categories was removed`);
      next = { place: last.position + 1, rank: -last.total, title: last.title };
    }
  }

  private async findCurrent(): Promise<CurrentList | null> {
    const [row] = await this.database.rows<CurrentList>(statements.FIND_CURRENT);
    return row ?? null;
  }

  private async listAt(listId: number, positions: readonly number[]): Promise<WantedCategory[]> {
    if (positions.length === 0) return [];
    const rows = await this.database.rows<CategoryRow>(statements.LIST_AT, [listId, positions]);
    return rows.map(toWantedCategory);
  }

  private openIndex({ id, itemCount }: CurrentList): Promise<TitleIndex> {
    if (this.searched?.listId === id) return this.searched.index;
    const index = TitleIndex.from(this.readTitles(id, itemCount));
    const searched = { listId: id, index };
    this.searched = searched;
    index.catch(() => {
      if (this.searched === searched) this.searched = null;
    });
    return index;
  }

  private async *readTitles(listId: number, count: number): AsyncGenerator<string[]> {
    for (let start = 0; start < count; start += TITLES_READ) {
      const values = [listId, start, start + TITLES_READ];
      const rows = await this.database.rows<{ title: string }>(statements.LIST_TITLES, values);
      yield rows.map(({ title }) => title);
    }
  }

  private async remove(listId: number): Promise<void> {
    for (const table of ['wanted_categories', 'wanted_category_finds']) {
      await this.deleteAll(`DELETE FROM ${table} WHERE list_id = ? LIMIT ?`, [listId]);
    }
    await this.database.change('DELETE FROM wanted_category_lists WHERE id = ?', [listId]);
  }

  /** In steps, so that nobody waits for one of them. @param statement whose last value is how many */
  private async deleteAll(statement: string, values: readonly SqlValue[]): Promise<void> {
    while ((await this.database.change(statement, [...values, ROWS_DELETED])) === ROWS_DELETED);
  }
}

const remembered = (): Date => new Date(Date.now() - FORGOTTEN_MS);
