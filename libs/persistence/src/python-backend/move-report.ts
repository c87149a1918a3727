import { SOURCE_TABLES, type SourceTable } from './source-rows.js';

/** Ids that are named with what is the matter with them. */
const NAMED = 10;

export interface TableCounts {
  /** Rows that were read: the next three together. */
  found: number;
  moved: number;
  /** Moved by an earlier run; of users, also those who have signed in here. */
  already: number;
  /** They cannot be moved. */
  left: number;
  /** Of those moved before: brought up to date, as they were not finished then. */
  updated: number;
}

/** What is the matter with some rows of a table. */
export interface Matter {
  table: SourceTable;
  /** `left`: not moved. `changed`: moved, but not as it was. */
  kind: 'left' | 'changed';
  what: string;
  count: number;
  /** The first ones. */
  ids: (string | number)[];
}

export interface ReportedRow extends Pick<Matter, 'table' | 'kind' | 'what'> {
  id: string | number;
}

/** Counts what becomes of rows. What a page has come to is noted once the page is kept. */
export class MoveReport {
  private readonly counts: Record<SourceTable, TableCounts>;
  private readonly matters = new Map<string, Matter>();
  /** Batches of ours for images that a batch there had more than once. */
  furtherBatches = 0;
  otherTables: string[] = [];

  /** @param tell each row that is not moved, or not as it was */
  constructor(
    readonly isDryRun: boolean,
    private readonly tell: (row: ReportedRow) => void = () => undefined,
  ) {
    const none = (): TableCounts => ({ found: 0, moved: 0, already: 0, left: 0, updated: 0 });
    this.counts = { users: none(), batches: none(), upload_requests: none(), presets: none() };
  }

  count(table: SourceTable, members: Partial<TableCounts>): void {
    const counts = this.counts[table];
    for (const [name, more] of Object.entries(members)) counts[name as keyof TableCounts] += more;
  }

  note(row: ReportedRow): void {
    const { table, kind, what, id } = row;
    const key = JSON.stringify([table, kind, what]);
    const matter = this.matters.get(key) ?? { table, kind, what, count: 0, ids: [] };
    matter.count += 1;
    if (matter.ids.length < NAMED) matter.ids.push(id);
    this.matters.set(key, matter);
    this.tell(row);
  }

  of(table: SourceTable): Readonly<TableCounts> {
    return this.counts[table];
  }

  /** In the order of the tables, what is left before what is changed. */
  listMatters(): Matter[] {
    const rank = ({ table, kind }: Matter): number =>
      SOURCE_TABLES.indexOf(table) * 2 + (kind === 'left' ? 0 : 1);
    return [...this.matters.values()].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
  }

  /** For people. */
  toText(): string {
    const moved = this.isDryRun ? 'would move' : 'moved';
    const rows = SOURCE_TABLES.map((table) => {
      const { found, already, left, updated, moved: done } = this.counts[table];
      return [table, ...[found, done, already, left, updated].map(String)];
    });
    const lines = toColumns([['table', 'found', moved, 'already', 'left', 'updated'], ...rows]);
    const further =
      this.furtherBatches > 0
        ? [`Further batches, for images that a batch had more than once: ${this.furtherBatches}.`]
        : [];
    const others =
      this.otherTables.length > 0
        ? [`Tables that are not known, of which nothing is moved: ${this.otherTables.join(', ')}.`]
        : [];
    return [...lines, ...further, ...others, ...this.describeMatters()].join('\n');
  }

  private describeMatters(): string[] {
    return this.listMatters().map(({ table, kind, what, count, ids }) => {
      const more = count > ids.length ? ', …' : '';
      return `${kind === 'left' ? 'LEFT' : 'changed'} ${count} of ${table}: ${what} (${ids.join(', ')}${more})`;
    });
  }
}

function toColumns(rows: readonly string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
}
