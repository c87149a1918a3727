import { createConnection, type Connection } from 'mysql2/promise';
import { parseDatabaseUrl } from '../database/database-url.js';
import { IGNORED_TABLES, SHAPES, SOURCE_TABLES, type SourceRows, type SourceTable } from './source-rows.js';
import { findLastId } from './statements.js';

/** A column of ours that the other database does not have. */
const OURS = 'planned_at';

type Id = string | number;

/** The database of the Python backend. Nothing is ever written to it: its session may only read. */
export class SourceDatabase {
  private readonly columns = new Map<SourceTable, string>();

  private constructor(private readonly connection: Connection) {}

  /**
   * @param url see parseDatabaseUrl
   * @throws Error when it does not answer, or does not look like a database of the Python backend
   */
  static async open(url: string): Promise<SourceDatabase> {
    const { username, ...address } = parseDatabaseUrl(url);
    const connection = await createConnection({
      ...address,
      user: username,
      charset: 'utf8mb4',
      dateStrings: true,
      supportBigNumbers: true,
    });
    const source = new SourceDatabase(connection);
    try {
      await connection.query('SET SESSION TRANSACTION READ ONLY');
      await source.readShape();
    } catch (error) {
      await source.close();
      throw error;
    }
    return source;
  }

  /** Tables of which nothing is known, and nothing moved. */
  async listOtherTables(): Promise<string[]> {
    const rows = await this.rows<{ name: string }>(
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME',
    );
    const known: readonly string[] = [...SOURCE_TABLES, ...IGNORED_TABLES];
    return rows.map(({ name }) => name).filter((name) => !known.includes(name));
  }

  /** All rows of a table in the order of their ids, never more than one page of them at once. */
  async *pages<Table extends SourceTable>(
    table: Table,
    size: number,
  ): AsyncGenerator<SourceRows[Table][], void, undefined> {
    const { id } = SHAPES[table];
    let after: Id | null = null;
    for (;;) {
      const condition = after === null ? '' : ` WHERE ${id} > ?`;
      const rows: SourceRows[Table][] = await this.rows<SourceRows[Table]>(
        `SELECT ${this.columns.get(table) ?? id} FROM ${table}${condition} ORDER BY ${id} LIMIT ?`,
        [...(after === null ? [] : [after]), size],
      );
      const last = rows.at(-1);
      if (last) yield rows;
      if (!last || rows.length < size) return;
      after = 'id' in last ? last.id : last.userid;
    }
  }

  /** Which of these a table has. */
  async find<Table extends SourceTable>(table: Table, ids: readonly Id[]): Promise<SourceRows[Table][]> {
    if (ids.length === 0) return [];
    const { id } = SHAPES[table];
    return this.rows(`SELECT ${this.columns.get(table) ?? id} FROM ${table} WHERE ${id} IN (?)`, [ids]);
  }

  /** 0 for a table without rows. */
  async findLastId(table: Exclude<SourceTable, 'users'>): Promise<number> {
    const [row] = await this.rows<{ last: number | null }>(findLastId(table));
    return row?.last ?? 0;
  }

  async close(): Promise<void> {
    await this.connection.end();
  }

  private async readShape(): Promise<void> {
    const rows = await this.rows<{ of: string; name: string }>(
      `SELECT TABLE_NAME AS \`of\`, COLUMN_NAME AS name FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?)`,
      [SOURCE_TABLES],
    );
    for (const table of SOURCE_TABLES) {
      const present = new Set(rows.filter((row) => row.of === table).map(({ name }) => name));
      const { required, optional } = SHAPES[table];
      const missing = required.filter((name) => !present.has(name));
      if (present.has(OURS)) throw new Error('This is a database of this backend, not of the Python one.');
      if (missing.length > 0) {
        throw new Error(
          `This is no database of the Python backend of a version that is known: ${table} has no ${missing.join(', ')}. Bring it up to date there first (alembic upgrade head).`,
        );
      }
      const read = [...required, ...optional.filter((name) => present.has(name))];
      this.columns.set(table, read.map((name) => `\`${name}\``).join(', '));
    }
  }

  private async rows<Row>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    const [rows] = await this.connection.query(statement, [...values]);
    return rows as Row[];
  }
}
