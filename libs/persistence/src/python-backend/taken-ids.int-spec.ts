import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { PythonBackend } from '../../../../test/support/python-backend.js';
import { movePythonBackend } from './move-python-backend.js';

const HERE = 5;
const THERE = 40;

describe('moving rows whose ids are taken here', () => {
  let python: PythonBackend;
  let opened: OpenTestDatabase;

  beforeAll(async () => {
    python = await PythonBackend.create();
    opened = await openTestDatabase();
    await python.aUser('7');
    for (let id = 1; id <= THERE; id += 1) {
      await python.aBatch(id, '7');
      await python.anUpload(id, id, '7');
      await python.aPreset(id, '7');
    }
  });

  afterAll(async () => {
    await python.close();
    await opened.drop();
  });

  it('moves all of them, and every other row keeps its id', async () => {
    const { database } = opened;
    await database.change(
      "INSERT INTO users (userid, username, created_at, updated_at) VALUES ('8', 'Newer', NOW(3), NOW(3))",
    );
    for (let id = 1; id <= HERE; id += 1) {
      await database.change(
        "INSERT INTO batches (userid, edit_group_id, created_at, updated_at) VALUES ('8', ?, NOW(3), NOW(3))",
        [`aaaaaaaaaa${10 + id}`],
      );
    }
    const report = await movePythonBackend(database, { from: python.url });
    for (const table of ['batches', 'upload_requests', 'presets'] as const)
      expect([table, report.of(table).moved]).toEqual([table, THERE]);
    const places = await database.rows<{ old_id: number; new_id: number }>(
      "SELECT old_id, new_id FROM python_rows WHERE kind = 'batch' ORDER BY old_id",
    );
    expect(places.map(({ new_id }, index) => new_id === index + 1)).toEqual(
      places.map((_, index) => index >= HERE),
    );
    expect(places.slice(0, HERE).every(({ new_id }) => new_id > THERE)).toBe(true);
  });
});
