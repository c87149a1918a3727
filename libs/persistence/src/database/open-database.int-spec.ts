import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../../../../test/support/create-database.js';
import type { Database } from './database.js';
import { openDatabase } from './open-database.js';

describe('openDatabase', () => {
  let created: TestDatabase;
  let opened: Database[];

  beforeAll(async () => {
    created = await createDatabase();
    opened = await Promise.all([1, 2, 3].map(() => openDatabase(created.url)));
  });

  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await created.drop();
  });

  const first = (): Database => {
    const [database] = opened;
    if (!database) throw new Error('No database was opened');
    return database;
  };

  it('migrates once when three processes start together', async () => {
    const names = await first().rows<{ name: string }>('SELECT name FROM migrations ORDER BY id');
    expect(names.map(({ name }) => name)).toEqual(first().dataSource.migrations.map(({ name }) => name));
  });

  it('has the schema that the entities describe', async () => {
    const { upQueries } = await first().dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('keeps times in UTC with their milliseconds', async () => {
    const moment = new Date('2026-06-01T12:34:56.789Z');
    const [row] = await first().rows<{ text: string; moment: Date }>(
      'SELECT CAST(CAST(? AS datetime(3)) AS char) AS text, CAST(? AS datetime(3)) AS moment',
      [moment, moment],
    );
    expect(row).toEqual({ text: '2026-06-01 12:34:56.789', moment });
  });

  it('runs every statement at READ COMMITTED and refuses what does not fit', async () => {
    const [row] = await first().rows<{ isolation: string; mode: string }>(
      'SELECT @@SESSION.tx_isolation AS isolation, @@SESSION.sql_mode AS mode',
    );
    expect(row?.isolation).toBe('READ-COMMITTED');
    expect(row?.mode).toContain('STRICT_ALL_TABLES');
  });

  it('cuts no list of ids short', async () => {
    const [row] = await first().rows<{ bytes: number }>('SELECT @@SESSION.group_concat_max_len AS bytes');
    expect(row).toEqual({ bytes: 1_048_576 });
  });

  it('goes back as well', async () => {
    const { dataSource } = first();
    for (const _ of dataSource.migrations) await dataSource.undoLastMigration({ transaction: 'none' });
    const tables = await first().rows<Record<string, string>>('SHOW TABLES');
    expect(tables.flatMap((row) => Object.values(row))).toEqual(['migrations']);
    await dataSource.runMigrations({ transaction: 'none' });
  });
});
