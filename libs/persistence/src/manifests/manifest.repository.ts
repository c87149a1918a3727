import { randomUUID } from 'node:crypto';
import type { ManifestCells, ManifestRow, ManifestRows } from '#app/protocol';
import type { Database } from '../database/database.js';
import { fromJson } from '../database/json.js';
import { INSERT_MANIFEST, INSERT_ROWS, LIST_KEYS, LIST_ROWS } from './statements.js';

/** Rows in one insert: keeps a statement well below the server's max_allowed_packet. */
const ROWS_AT_ONCE = 250;

interface StoredRow {
  key: string;
  cells: string | ManifestCells;
  created_at: Date;
}

/** Tables of images that people have handed in. They stay: a retry needs the rows of its uploads again. */
export class ManifestRepository implements ManifestRows {
  constructor(private readonly database: Database) {}

  /** @param rows with a key each, none twice @returns the manifest's id, a UUID that cannot be guessed */
  async create(userid: string, rows: readonly Pick<ManifestRow, 'key' | 'cells'>[]): Promise<string> {
    const id = randomUUID();
    await this.database.transaction(async (sql) => {
      await sql.change(INSERT_MANIFEST, [id, userid, new Date()]);
      for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
        const some = rows.slice(start, start + ROWS_AT_ONCE);
        await sql.change(INSERT_ROWS, [
          some.map(({ key, cells }, index) => [id, start + index, key, JSON.stringify(cells)]),
        ]);
      }
    });
    return id;
  }

  async listKeys(manifestId: string): Promise<string[]> {
    const rows = await this.database.rows<{ key: string }>(LIST_KEYS, [manifestId]);
    return rows.map(({ key }) => key);
  }

  async list(manifestId: string, keys: readonly string[]): Promise<ManifestRow[]> {
    if (keys.length === 0) return [];
    const rows = await this.database.rows<StoredRow>(LIST_ROWS, [manifestId, keys]);
    return rows.map(({ key, cells, created_at: storedAt }) => ({
      key,
      cells: fromJson(cells) ?? {},
      storedAt,
    }));
  }
}
