import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { PythonBackend } from '../../../../test/support/python-backend.js';
import { AdvisoryLock } from '../database/advisory-lock.js';
import { UploadLedger } from '../uploads/upload-ledger.js';
import { UploadRepository } from '../uploads/upload.repository.js';
import { UserRepository } from '../users/user.repository.js';
import { PresetRepository } from '../presets/preset.repository.js';
import type { MoveReport, ReportedRow } from './move-report.js';
import { movePythonBackend } from './move-python-backend.js';
import { SOURCE_TABLES } from './source-rows.js';
import { UNFINISHED } from './translate-rows.js';

let python: PythonBackend;
let opened: OpenTestDatabase;
/** What the last run told. */
let told: ReportedRow[];

beforeEach(async () => {
  python = await PythonBackend.create();
  opened = await openTestDatabase();
  await python.aUser('7', { username: 'Ünïcode 🚲' });
  await python.aUser('8');
});

afterEach(async () => {
  await python.close();
  await opened.drop();
});

const move = async (isDryRun = false): Promise<MoveReport> => {
  told = [];
  const tell = (row: ReportedRow): void => void told.push(row);
  const before = await python.checksum();
  const report = await movePythonBackend(opened.database, { from: python.url, isDryRun, tell });
  expect(await python.checksum()).toEqual(before);
  for (const table of SOURCE_TABLES) {
    const { found, moved, already, left } = report.of(table);
    expect([table, found]).toEqual([table, moved + already + left]);
    expect([table, found]).toEqual([table, await python.count(table)]);
    expect(left).toBe(told.filter((row) => row.table === table && row.kind === 'left').length);
  }
  return report;
};
const rows = (statement: string) => opened.database.rows<Record<string, unknown>>(statement);
const upload = async (id: number) => {
  const found = await new UploadRepository(opened.database).find(id);
  if (!found) throw new Error(`Upload ${id} is not here`);
  return found;
};
const matterOf = (table: string, id: number | string): string[] =>
  told.filter((row) => row.table === table && row.id === id).map(({ kind, what }) => `${kind}: ${what}`);
const countAll = async (): Promise<number[]> =>
  (
    await Promise.all(
      ['users', 'batches', 'upload_requests', 'presets', 'python_rows'].map((table) =>
        rows(`SELECT COUNT(*) AS found FROM ${table}`),
      ),
    )
  ).map(([row]) => Number(row?.['found']));

describe('moving the data of the Python backend', () => {
  it('moves people, batches, uploads and presets under their ids, without tokens', async () => {
    await python.aBatch(3, '7');
    await python.anUpload(21, 3, '7', {
      labels: '{"language": "de", "value": "Straße 🏙"}',
      copyright_override: 1,
      result: 'ok',
    });
    await python.aPreset(5, '7', {
      is_default: 1,
      labels: '{"language": "de", "value": "{{location.city}}"}',
      categories: '[[Category:Berlin]]',
      exclude_from_date_category: 1,
    });
    const report = await move();
    expect(SOURCE_TABLES.map((table) => report.of(table).moved)).toEqual([2, 1, 1, 1]);
    expect(told).toEqual([]);
    expect(await new UserRepository(opened.database).find('7')).toMatchObject({
      username: 'Ünïcode 🚲',
      accessToken: null,
      createdAt: new Date('2025-10-07T10:00:00Z'),
    });
    expect(await upload(21)).toMatchObject({
      batchid: 3,
      userid: '7',
      status: 'completed',
      key: 'image-21',
      handler: 'mapillary',
      filename: 'Street 21.jpg',
      labels: [{ language: 'de', value: 'Straße 🏙' }],
      copyrightOverride: true,
      result: 'ok',
      error: null,
      success: 'https://commons.wikimedia.org/wiki/File:Street_21.jpg',
      accessToken: null,
      createdAt: new Date('2025-11-01T10:00:00Z'),
      committedAt: new Date('2025-11-01T11:00:00Z'),
    });
    expect(
      await rows('SELECT id, edit_group_id, open, finished_at IS NULL AS is_untold FROM batches'),
    ).toEqual([{ id: 3, edit_group_id: '000000000003', open: 0, is_untold: 0 }]);
    expect(await new PresetRepository(opened.database).list('7', 'mapillary')).toMatchObject([
      { id: 5, isDefault: true, labels: { language: 'de' }, excludeFromDateCategory: true },
    ]);
    expect(JSON.stringify(await rows('SELECT * FROM upload_requests'))).not.toContain('secret');
  });

  it('knows of past uploads by their images, as of its own', async () => {
    await python.aBatch(1, '7');
    await python.anUpload(1, 1, '7', {
      success: 'https://commons.wikimedia.org/wiki/File:Caf%C3%A9_%28a%29.jpg',
    });
    await python.anUpload(2, 1, '7', { success: null, filename: 'Rue_"x"?.jpg' });
    await python.anUpload(3, 1, '7', {
      status: 'duplicate',
      error: JSON.stringify({
        type: 'duplicate',
        message: 'x',
        links: [{ title: 'File:B.jpg', url: 'u' }, 5],
      }),
      success: null,
    });
    await python.anUpload(4, 1, '7', {
      status: 'failed',
      error: '{"type":"error","message":"No"}',
      success: null,
    });
    await move();
    const found = await new UploadLedger(opened.database).listFiles(
      'mapillary',
      [1, 2, 3, 4].map((id) => `image-${id}`),
    );
    expect([...found]).toEqual([
      [
        'image-1',
        [
          {
            title: 'File:Café (a).jpg',
            url: 'https://commons.wikimedia.org/wiki/File:Caf%C3%A9_%28a%29.jpg',
          },
        ],
      ],
      [
        'image-2',
        [{ title: 'File:Rue "x"?.jpg', url: 'https://commons.wikimedia.org/wiki/File:Rue_%22x%22%3F.jpg' }],
      ],
      ['image-3', [{ title: 'File:B.jpg', url: 'u' }]],
    ]);
  });

  it('makes of each status its own, of what was not finished a failure that can be tried again', async () => {
    await python.aBatch(1, '7');
    const statuses = [
      'queued',
      'in_progress',
      'completed',
      'failed',
      'cancelled',
      'duplicate',
      'duplicated_sdc_updated',
      'duplicated_sdc_not_updated',
    ];
    for (const [id, status] of statuses.entries())
      await python.anUpload(id + 1, 1, '7', { status, error: null });
    await move();
    const kept = await rows(
      'SELECT status, failure, JSON_VALUE(error, "$.type") AS type FROM upload_requests ORDER BY id',
    );
    expect(kept.map(({ status, failure, type }) => [status, failure, type])).toEqual([
      ['failed', 'other', 'error'],
      ['failed', 'other', 'error'],
      ['completed', null, null],
      ['failed', 'other', 'error'],
      ['cancelled', null, null],
      ...statuses.slice(5).map((status) => [status, null, status]),
    ]);
    expect((await upload(1)).error).toEqual({ type: 'error', message: UNFINISHED });
    expect((await upload(4)).error).toEqual({ type: 'error', message: 'No reason was kept.' });
  });

  it('lists what cannot be moved with the reason, and what was changed', async () => {
    await python.aUser('x'.repeat(65));
    await python.aUser('9', { username: '' });
    await python.aUser('10', { username: 'User 8', created_at: '0000-00-00 00:00:00' });
    await python.aBatch(1, '8');
    await python.aBatch(2, 'nobody');
    await python.aBatch(3, '9');
    await python.aBatch(4, '8', { edit_group_id: null, updated_at: '0000-00-00 00:00:00' });
    await python.aBatch(5, '8', { edit_group_id: '000000000001' });
    const broken: Record<string, string | number | null>[] = [
      { status: 'unheard of' },
      { status: 'COMPLETED ' },
      { key: '' },
      { handler: 'panoramio' },
      { filename: 'x'.repeat(501) },
      { filename: ' ' },
      { status: 'failed', wikitext: null },
      { batchid: 2 },
      { batchid: 77 },
      { userid: 'gone' },
    ];
    for (const [index, members] of broken.entries()) await python.anUpload(index + 1, 1, '8', members);
    const odd: Record<string, string | number | null>[] = [
      { handler: 'ImageHandler.FLICKR', collection: null },
      { labels: '{"language": "en"', error: 'not { json', status: 'failed' },
      { success: `https://x/${'y'.repeat(3_000)}`, wikitext: null },
      { created_at: null, updated_at: '2025-13-40 00:00:00' },
      { filename: '🏔'.repeat(500), result: 'ä'.repeat(32_767) },
      { error: '{"message": "Manually marked as failed"}', status: 'failed', labels: '[]' },
    ];
    for (const [index, members] of odd.entries()) await python.anUpload(index + 101, 1, '8', members);
    await python.aPreset(1, '8', { is_default: 1 });
    await python.aPreset(2, '8', { is_default: 1 });
    await python.aPreset(3, 'nobody');
    await python.aPreset(4, '8', { handler: 'x' });
    await python.run('CREATE TABLE celery_taskmeta (id int)');
    const report = await move();

    expect(report.of('users')).toMatchObject({ moved: 3, left: 2 });
    expect(report.of('batches')).toMatchObject({ moved: 3, left: 2 });
    expect(report.of('upload_requests')).toMatchObject({ moved: 6, left: 10 });
    expect(report.of('presets')).toMatchObject({ moved: 2, left: 2 });
    expect([2, 3].map((id) => matterOf('batches', id))).toEqual([
      ['left: its user is not there'],
      ['left: its user cannot be moved'],
    ]);
    expect(broken.map((_, index) => matterOf('upload_requests', index + 1).join())).toEqual([
      'left: its status is not known: unheard of',
      'left: its status is not known: COMPLETED ',
      'left: it has no image',
      'left: its source is not known: panoramio',
      'left: its title has more than 500 characters',
      'left: it has no title',
      'left: it has no wikitext, and could be tried again',
      'left: its batch cannot be moved',
      'left: its batch is not there',
      'left: its user is not there',
    ]);
    expect(matterOf('batches', 5)).toEqual(['changed: it gets another edit group, as a batch has this one']);
    expect(await upload(101)).toMatchObject({ handler: 'flickr', collection: '' });
    expect(await upload(102)).toMatchObject({
      labels: null,
      error: { type: 'error', message: 'not { json' },
    });
    expect(matterOf('upload_requests', 102)).toEqual(['changed: its caption cannot be read']);
    expect(await upload(103)).toMatchObject({
      wikitext: '',
      success: 'https://commons.wikimedia.org/wiki/File:Street_103.jpg',
    });
    expect((await upload(104)).createdAt).toEqual(new Date('1970-01-01T00:00:00Z'));
    expect((await upload(105)).filename).toBe('🏔'.repeat(500));
    expect((await upload(106)).error).toEqual({ type: 'error', message: 'Manually marked as failed' });
    expect(await new PresetRepository(opened.database).list('8', 'mapillary')).toMatchObject([
      { id: 1, isDefault: true },
      { id: 2, isDefault: false },
    ]);
    expect(report.toText()).toContain(
      'Tables that are not known, of which nothing is moved: celery_taskmeta.',
    );
    expect(report.toText()).toContain('LEFT 1 of batches: its user is not there (2)');
  });

  it('adds nothing when it is run again, but what has come since', async () => {
    await python.aBatch(1, '7');
    await python.anUpload(1, 1, '7');
    await python.anUpload(2, 1, 'gone');
    await python.aPreset(1, '7');
    await move();
    const before = await countAll();
    const again = await move();
    expect(SOURCE_TABLES.map((table) => again.of(table).moved)).toEqual([0, 0, 0, 0]);
    expect(again.of('upload_requests')).toMatchObject({ already: 1, left: 1 });
    expect(await countAll()).toEqual(before);

    await python.aUser('gone');
    await python.anUpload(3, 1, '7');
    await python.aBatch(2, 'gone');
    const delta = await move();
    expect(SOURCE_TABLES.map((table) => delta.of(table).moved)).toEqual([1, 1, 2, 0]);
    expect(delta.of('upload_requests')).toMatchObject({ already: 1, left: 0 });
  });

  it('brings what was not finished up to date, unless somebody has changed it here', async () => {
    await python.aBatch(1, '7');
    for (const id of [1, 2, 3]) await python.anUpload(id, 1, '7', { status: 'in_progress', success: null });
    await move();
    await opened.database.change(
      "UPDATE upload_requests SET filename = 'Mine.jpg', version = 2 WHERE id = 2",
    );
    await python.run(
      "UPDATE upload_requests SET status = 'completed', success = 'https://commons.wikimedia.org/wiki/File:A.jpg' WHERE id < 3",
    );
    expect((await move(true)).of('upload_requests')).toMatchObject({ updated: 2, already: 3 });
    expect((await move()).of('upload_requests')).toMatchObject({ updated: 1, already: 3 });
    expect(await upload(1)).toMatchObject({ status: 'completed', error: null, version: 2 });
    expect([(await upload(2)).status, (await upload(3)).status]).toEqual(['failed', 'failed']);
    expect((await move()).of('upload_requests')).toMatchObject({ updated: 0 });
  });

  it('puts an image that a batch has more than once into further batches', async () => {
    await python.aBatch(1, '7');
    const same = { key: 'same' };
    for (const id of [1, 2, 3]) await python.anUpload(id, 1, '7', id === 3 ? { key: 'same ' } : same);
    await python.anUpload(4, 1, '7');
    expect((await move()).furtherBatches).toBe(2);
    await python.anUpload(5, 1, '7', same);
    await python.anUpload(6, 1, '7', { key: 'image-4' });
    expect((await move()).furtherBatches).toBe(1);
    const batchids = (await rows('SELECT id, batchid FROM upload_requests ORDER BY id')).map(
      ({ batchid }) => batchid,
    );
    expect(new Set(batchids.slice(0, 3)).size).toBe(3);
    expect(batchids[3]).toBe(1);
    expect(batchids[5]).toBe(batchids[1]);
    expect((await rows('SELECT DISTINCT edit_group_id, userid FROM batches')).length).toBe(4);
  });

  it('gives other ids where they are taken here', async () => {
    await new UserRepository(opened.database).saveSignIn({
      userid: '7',
      username: 'Newer',
      encryptedToken: 'k1.x',
    });
    await opened.database.change(
      "INSERT INTO batches (id, userid, edit_group_id, created_at, updated_at) VALUES (1, '7', 'aaaaaaaaaaaa', NOW(3), NOW(3))",
    );
    await python.aBatch(1, '7');
    await python.aBatch(2, '7');
    await python.anUpload(1, 1, '7');
    const report = await move();
    expect(report.of('users')).toMatchObject({ moved: 1, already: 1 });
    expect(await new UserRepository(opened.database).find('7')).toMatchObject({
      username: 'Newer',
      accessToken: 'k1.x',
    });
    const [moved] = await rows("SELECT new_id FROM python_rows WHERE kind = 'batch' AND old_id = 1");
    expect(moved?.['new_id']).not.toBe(1);
    expect((await upload(1)).batchid).toBe(moved?.['new_id']);
    await move();
    expect(await countAll()).toEqual([2, 3, 1, 0, 3]);
  });

  it('writes nothing in a dry run, and tells what would come of it', async () => {
    await python.aBatch(1, '7');
    await python.aBatch(2, 'nobody');
    await python.anUpload(1, 1, '7', { status: 'queued' });
    await python.anUpload(2, 2, '7');
    await python.aPreset(1, '7');
    const dry = await move(true);
    const tellings = told;
    expect(await countAll()).toEqual([0, 0, 0, 0, 0]);
    const real = await move();
    for (const table of SOURCE_TABLES) expect(dry.of(table)).toEqual(real.of(table));
    expect(tellings).toEqual(told);
  });

  it('is let by one process at a time, and only from what it knows', async () => {
    const isHeld = await new AdvisoryLock(opened.database.dataSource).tryRun('curator:python-backend', () =>
      expect(move()).rejects.toThrow('Another process is moving the data already.'),
    );
    expect(isHeld).toBe(true);
    await expect(movePythonBackend(opened.database, { from: opened.url })).rejects.toThrow(
      'This is a database of this backend',
    );
    await python.run('ALTER TABLE upload_requests DROP COLUMN wikitext');
    await expect(movePythonBackend(opened.database, { from: python.url })).rejects.toThrow(
      'upload_requests has no wikitext',
    );
  });
});
