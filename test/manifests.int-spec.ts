import { Database, QuotaRepository, type QuotaDraft } from '#app/persistence';
import type { UploadTableRow } from '#app/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { LiveApi } from './live/live-api.js';

const aRow = (id: string, more: UploadTableRow = {}): UploadTableRow => ({
  id,
  title: `Harbour ${id}.jpg`,
  url: 'https://files.example.org/crane.jpg',
  source_url: 'https://example.org/crane',
  author: 'Ada',
  license: 'CC0',
  ...more,
});

interface Answer {
  status: number;
  body: { error_code?: string; details?: unknown; ok?: number; warnings?: number; batch_id?: number };
}

describe('manifests over REST', () => {
  let api: LiveApi;
  let database: Database;

  beforeAll(async () => {
    api = await LiveApi.start({ MANIFEST_ENABLED: 'true', DOWNLOAD_ALLOWED_HOSTS: '*.example.org' });
    database = api.running.app.get(Database);
  });

  afterEach(async () => {
    for (const table of ['user_quotas', 'quotas']) await database.change(`DELETE FROM ${table}`);
  });

  afterAll(() => api.stop());

  const send = async (
    rows: readonly UploadTableRow[],
    { query = '', user = 'Uploader' } = {},
  ): Promise<Answer> => {
    const form = new FormData();
    form.append('file', new File([JSON.stringify(rows)], 'rows.json'));
    const answer = await fetch(`${api.running.origin}/api/manifests${query}`, {
      method: 'POST',
      headers: { cookie: await api.cookieOf(user) },
      body: form,
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  };
  const created = async (): Promise<unknown> => {
    const tables = ['batches', 'manifests', 'upload_slices', 'upload_requests'];
    return database.rows(
      `SELECT ${tables.map((table) => `(SELECT COUNT(*) FROM ${table}) AS ${table}`).join(', ')}`,
    );
  };
  const aQuota = (members: Partial<QuotaDraft> = {}): Promise<unknown> =>
    api.running.app.get(QuotaRepository).create(
      {
        name: 'Newcomers',
        description: '',
        enable: true,
        type: 'max_uploads',
        value: 2,
        expire: { period: 'month' },
        isDefault: true,
        ...members,
      },
      { userid: '1', username: 'Admin', requestId: null },
    );
  const three = ['a', 'b', 'c'].map((id) => aRow(id));

  it.each(['', '?dry_run=true'])(
    'are refused before anything is created when they exceed a quota%s',
    async (query) => {
      await aQuota();
      const before = await created();
      expect(await send(three, { query })).toMatchObject({
        status: 429,
        body: { error_code: 'QUOTA_EXCEEDED', details: { type: 'max_uploads', value: 2, left: 2 } },
      });
      expect(await created()).toEqual(before);
    },
  );

  it.each(['max_batches', 'max_bytes'] as const)('are refused where nothing is left of %s', async (type) => {
    await aQuota({ type, value: 0 });
    const before = await created();
    expect(await send(three)).toMatchObject({
      status: 429,
      body: { error_code: 'QUOTA_EXCEEDED', details: { type } },
    });
    expect(await created()).toEqual(before);
  });

  it('count only rows that can be taken, and nothing for administrators', async () => {
    await aQuota();
    const two = [...three.slice(0, 2), aRow('d', { license: 'CC BY-NC 4.0' })];
    expect(await send(two, { query: '?dry_run=true' })).toMatchObject({
      status: 200,
      body: { warnings: 2, errors: 1 },
    });
    expect(await send(three, { user: 'Admin' })).toMatchObject({
      status: 201,
      body: { batch_id: expect.any(Number) },
    });
  });

  it('start nothing before all of their rows are there', async () => {
    await database.change('CREATE TABLE seen (reason text)');
    await database.change(`CREATE TRIGGER see AFTER INSERT ON upload_slices FOR EACH ROW
      INSERT INTO seen SELECT paused_reason FROM batches WHERE id = NEW.batchid AND paused_at IS NOT NULL`);
    const { body } = await send(three);
    expect(await database.rows('SELECT reason FROM seen')).toEqual([
      { reason: expect.stringContaining('send the file again') },
    ]);
    await database.change('DROP TRIGGER see');
    await database.change('DROP TABLE seen');
    const state =
      'SELECT b.paused_at, COUNT(*) AS uploads FROM batches b JOIN upload_requests r ON r.batchid = b.id';
    expect(await database.rows(`${state} WHERE b.id = ? GROUP BY b.id`, [body.batch_id ?? 0])).toEqual([
      { paused_at: null, uploads: 3 },
    ]);
  });

  it('are not taken for a word that is written wrong', async () => {
    const before = await created();
    for (const query of ['?dryrun=true', '?dry_run=yes', '?dry_run=true&dry_run=false'])
      expect(await send(three, { query })).toMatchObject({
        status: 400,
        body: { error_code: 'VALIDATION_FAILED' },
      });
    expect(await created()).toEqual(before);
  });
});
