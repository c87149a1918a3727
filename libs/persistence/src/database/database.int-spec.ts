import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';

describe('Database', () => {
  let opened: OpenTestDatabase;

  beforeAll(async () => {
    opened = await openTestDatabase();
    await opened.database.change('CREATE TABLE pairs (id int PRIMARY KEY, visits int NOT NULL)');
    await opened.database.change('INSERT INTO pairs VALUES (1, 0), (2, 0)');
  });

  afterAll(() => opened.drop());

  it('brings both transactions of a deadlock to their end', async () => {
    const arrived = [false, false];
    let meet = (): void => {};
    const meeting = new Promise<void>((resolve) => (meet = resolve));
    let runs = 0;
    const visit = (index: number, ids: readonly [number, number]): Promise<void> =>
      opened.database.transaction(async (sql) => {
        runs += 1;
        await sql.change('UPDATE pairs SET visits = visits + 1 WHERE id = ?', [ids[0]]);
        arrived[index] = true;
        if (arrived.every(Boolean)) meet();
        await meeting;
        await sql.change('UPDATE pairs SET visits = visits + 1 WHERE id = ?', [ids[1]]);
      });
    await Promise.all([visit(0, [1, 2]), visit(1, [2, 1])]);
    expect(runs).toBe(3);
    expect(await opened.database.rows('SELECT visits FROM pairs')).toEqual([{ visits: 2 }, { visits: 2 }]);
  });

  it('leaves nothing of a transaction that failed', async () => {
    const failed = opened.database.transaction(async (sql) => {
      await sql.change('UPDATE pairs SET visits = 99');
      throw new Error('oops');
    });
    await expect(failed).rejects.toThrow('oops');
    expect(await opened.database.rows('SELECT id FROM pairs WHERE visits = 99')).toEqual([]);
  });
});
