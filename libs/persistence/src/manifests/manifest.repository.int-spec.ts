import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { ManifestRepository } from './manifest.repository.js';
import { LIST_ROWS } from './statements.js';

describe('ManifestRepository', () => {
  let opened: OpenTestDatabase;
  let manifests: ManifestRepository;
  let userid: string;

  beforeAll(async () => {
    opened = await openTestDatabase();
    manifests = new ManifestRepository(opened.database);
    userid = (await aUser(opened.database)).userid;
  });

  afterAll(() => opened.drop());

  const keysOf = (rows: readonly { key: string }[]): string[] => rows.map(({ key }) => key);

  it('keeps the rows of each manifest in their order', async () => {
    const before = Date.now();
    const keys = Array.from({ length: 600 }, (_, index) => `ключ ${600 - index}`);
    const id = await manifests.create(
      userid,
      keys.map((key) => ({ key, cells: { title: `${key}.jpg`, author: '😀' } })),
    );
    const other = await manifests.create(userid, [{ key: 'ключ 7', cells: { title: 'Other.jpg' } }]);
    expect(id).not.toBe(other);
    expect(await manifests.listKeys(id)).toEqual(keys);
    const found = await manifests.list(id, ['ключ 3', 'missing', 'ключ 7']);
    expect(keysOf(found)).toEqual(['ключ 7', 'ключ 3']);
    expect(found[0]?.cells).toEqual({ title: 'ключ 7.jpg', author: '😀' });
    expect(found[0]?.storedAt.getTime()).toBeGreaterThanOrEqual(before - 1);
    expect(keysOf(await manifests.list(id, keys))).toEqual(keys);
  });

  it('knows nothing of a manifest that there is not', async () => {
    const id = '0b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71';
    expect(await manifests.listKeys(id)).toEqual([]);
    expect(await manifests.list(id, ['a'])).toEqual([]);
    expect(await manifests.list(id, [])).toEqual([]);
  });

  it('leaves nothing of a manifest that cannot be kept', async () => {
    const twice = [1, 2].map(() => ({ key: 'same', cells: {} }));
    const count = async (): Promise<unknown> => opened.database.rows('SELECT COUNT(*) AS n FROM manifests');
    const before = await count();
    await expect(manifests.create(userid, twice)).rejects.toThrow(/Duplicate entry/);
    expect(await count()).toEqual(before);
  });

  it('finds a row by an index', async () => {
    const id = await manifests.create(
      userid,
      Array.from({ length: 300 }, (_, index) => ({ key: `row ${index}`, cells: {} })),
    );
    const plan = await opened.database.rows<{ table: string; key: string | null }>(`EXPLAIN ${LIST_ROWS}`, [
      id,
      ['row 7'],
    ]);
    expect(plan).toContainEqual(expect.objectContaining({ table: 'r', key: 'uq_manifest_rows_key' }));
  });
});
