import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createDatabase, type TestDatabase } from '../../../../test/support/create-database.js';
import type { Database } from '../database/database.js';
import { openDatabase } from '../database/open-database.js';
import { TokenRewrap } from './token-rewrap.js';
import { TokenVault } from './token-vault.js';

const aKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const tokenOf = (userid: string) => ({ key: `key of ${userid}`, secret: `secret of ${userid}` });
const PURPOSE = 'storage credentials';
const PEOPLE = 1_203;
const UPLOADS = 12_000;

describe('TokenRewrap', () => {
  const [old, newer, lost] = [aKey('old'), aKey('new'), aKey('lost')];
  const before = new TokenVault(old);
  const both = new TokenVault(`${newer},${old}`);
  const after = new TokenVault(newer);
  let own: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    own = await createDatabase();
    database = await openDatabase(own.url);
  });

  afterEach(async () => {
    await database.close();
    await own.drop();
  });

  const ids = Array.from({ length: PEOPLE }, (_, index) => String(1_000 + index));

  const insert = async (
    table: string,
    columns: string,
    rows: (string | number | Date | null)[][],
  ): Promise<void> => {
    for (let start = 0; start < rows.length; start += 2_000)
      await database.change(`INSERT INTO ${table} (${columns}) VALUES ?`, [rows.slice(start, start + 2_000)]);
  };

  const addPeople = async (vault: TokenVault, userids: readonly string[]): Promise<Map<string, string>> => {
    const now = new Date();
    const texts = new Map(userids.map((userid) => [userid, vault.seal(tokenOf(userid), userid)]));
    await insert(
      'users',
      'userid, username, access_token, token_saved_at, created_at, updated_at',
      userids.map((userid) => [userid, `User ${userid}`, texts.get(userid) ?? null, now, now, now]),
    );
    return texts;
  };

  const addUploads = async (texts: Map<string, string>, count: number): Promise<void> => {
    const now = new Date();
    const [owner = ''] = texts.keys();
    const batchid = await database.insert(
      'INSERT INTO batches (userid, edit_group_id, created_at, updated_at) VALUES (?, ?, ?, ?)',
      [owner, randomBytes(6).toString('hex'), now, now],
    );
    const owners = [...texts];
    await insert(
      'upload_requests',
      'batchid, userid, `key`, handler, collection, status, filename, wikitext, copyright_override, created_at, updated_at, planned_at, due_at, attempts, checkpoint, access_token',
      Array.from({ length: count }, (_, index) => {
        const [userid, text] = owners[index % owners.length] ?? ['', ''];
        return [
          batchid,
          userid,
          `k${index}`,
          'mapillary',
          'c',
          'queued',
          'A.jpg',
          '',
          0,
          now,
          now,
          now,
          now,
          '{}',
          '{}',
          text,
        ];
      }),
    );
  };

  const addStorage = (name: string): Promise<number> =>
    database.insert(
      "INSERT INTO storages (name, description, resource, place_key, active, created_at, modified_at) VALUES (?, '', '{}', ?, 1, NOW(3), NOW(3))",
      [name, name],
    );

  const keysOf = async (rewrap: TokenRewrap): Promise<Record<string, number>> => {
    const sums: Record<string, number> = {};
    for (const { keyId, sealed } of await rewrap.count()) sums[keyId] = (sums[keyId] ?? 0) + sealed;
    return sums;
  };

  const tokens = (): Promise<{ userid: string; sealed: string }[]> =>
    database.rows(
      'SELECT userid, access_token AS sealed FROM users WHERE access_token IS NOT NULL UNION ALL SELECT userid, access_token FROM upload_requests WHERE access_token IS NOT NULL',
    );

  it('seals everything anew, so that the old key can go', async () => {
    await addUploads(await addPeople(before, ids), UPLOADS);
    const storage = await addStorage('bucket');
    const credentials = { key: 'id', secret: 'secret' };
    await database.change('UPDATE storages SET credentials = ? WHERE id = ?', [
      before.seal(credentials, String(storage), PURPOSE),
      storage,
    ]);
    const rewrap = new TokenRewrap(database, both);
    expect(await keysOf(rewrap)).toEqual({ old: PEOPLE + UPLOADS + 1 });
    expect(await rewrap.run()).toEqual({ rewrapped: PEOPLE + UPLOADS + 1, unreadable: 0 });
    expect(await keysOf(rewrap)).toEqual({ new: PEOPLE + UPLOADS + 1 });
    const texts = new Map<string, Set<string>>();
    for (const { userid, sealed } of await tokens()) {
      expect(after.open(sealed, userid)).toEqual(tokenOf(userid));
      texts.set(userid, (texts.get(userid) ?? new Set()).add(sealed));
    }
    // Processes tell by the text that an upload goes by the token that the wiki has just refused.
    expect([...texts.values()].every(({ size }) => size === 1)).toBe(true);
    const [row] = await database.rows<{ credentials: string }>('SELECT credentials FROM storages');
    expect(after.open(row?.credentials ?? '', String(storage), PURPOSE)).toEqual(credentials);
    expect(await rewrap.run()).toEqual({ rewrapped: 0, unreadable: 0 });
  });

  it('leaves what cannot be opened, and counts it by its key', async () => {
    await addPeople(new TokenVault(lost), ['1', '2']);
    await addPeople(before, ['3']);
    const rewrap = new TokenRewrap(database, both);
    expect(await rewrap.run()).toEqual({ rewrapped: 1, unreadable: 2 });
    expect(await keysOf(rewrap)).toEqual({ lost: 2, new: 1 });
  });

  it('goes on where it was stopped', async () => {
    await addUploads(await addPeople(before, ids), UPLOADS);
    const stop = new AbortController();
    class StoppingVault extends TokenVault {
      override seal(...words: Parameters<TokenVault['seal']>): string {
        stop.abort(new Error('stopped'));
        return super.seal(...words);
      }
    }
    const stopped = new TokenRewrap(database, new StoppingVault(`${newer},${old}`));
    await expect(stopped.run(stop.signal)).rejects.toThrow('stopped');
    const rewrap = new TokenRewrap(database, both);
    const { old: left = 0, new: done = 0 } = await keysOf(rewrap);
    expect(left).toBeGreaterThan(0);
    expect(done).toBeGreaterThan(0);
    const { rewrapped } = await rewrap.run();
    expect(rewrapped).toBe(left);
    expect(await keysOf(rewrap)).toEqual({ new: PEOPLE + UPLOADS });
  });

  it('undoes no sign-in and no sign-out that happens meanwhile, and finds what older processes add', async () => {
    const texts = await addPeople(before, ids);
    await addUploads(texts, 3_000);
    const rewrap = new TokenRewrap(database, both);
    // From the last to the first, so that it meets the run, which has listed all of them by then.
    const change = async (): Promise<void> => {
      for (const userid of ids.slice(60, 120).reverse()) {
        await database.change('UPDATE users SET access_token = NULL WHERE userid = ?', [userid]);
        await database.change('UPDATE upload_requests SET access_token = NULL WHERE userid = ?', [userid]);
      }
      for (const userid of ids.slice(0, 60).reverse()) {
        const again = { key: 'signed in', secret: 'again' };
        const text = before.seal(again, userid);
        await database.change('UPDATE users SET access_token = ? WHERE userid = ?', [text, userid]);
        await database.change('UPDATE upload_requests SET access_token = ? WHERE userid = ?', [text, userid]);
      }
    };
    await Promise.all([rewrap.run(), change(), rewrap.run()]);
    await rewrap.run();
    expect(Object.keys(await keysOf(rewrap))).toEqual(['new']);
    const found = await tokens();
    for (const { userid, sealed } of found) {
      const index = ids.indexOf(userid);
      expect(index < 60 || index >= 120).toBe(true);
      expect(after.open(sealed, userid)).toEqual(
        index < 60 ? { key: 'signed in', secret: 'again' } : tokenOf(userid),
      );
    }
  });
});
