import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database } from '#app/persistence';
import { AdminApi } from './live/admin-api.js';
import type { LiveApi } from './live/live-api.js';
import { Browser } from './sign-in/browser.js';

describe('administration', () => {
  let admin: AdminApi;
  let api: LiveApi;
  let database: Database;
  let userid: string;

  beforeAll(async () => {
    admin = await AdminApi.start();
    ({ api, database, userid } = admin);
  });

  afterEach(() => admin.api.closeClients());
  afterAll(() => admin.api.stop());

  it.each([
    ['GET', '/batches'],
    ['GET', '/users'],
    ['GET', '/upload_requests'],
    ['PUT', '/upload_requests/1'],
    ['POST', '/upload_requests/bulk-cancel'],
    ['POST', '/upload_requests/bulk-fail'],
    ['GET', '/presets'],
    ['GET', '/failed_uploads'],
    ['POST', '/retry'],
    ['GET', '/audit'],
    ['GET', '/users/1/sessions'],
    ['DELETE', '/users/1/sessions'],
    ['GET', '/queues'],
    ['POST', '/queues/uploads/pause'],
    ['POST', '/queues/uploads/resume'],
  ])('%s %s is for administrators', async (method, path) => {
    const stranger = await new Browser(api.running.origin).go(`/api/admin${path}`, { method });
    expect([stranger.status, await stranger.json()]).toMatchObject([401, { error_code: 'UNAUTHENTICATED' }]);
    expect(await admin.ask(method, path, undefined, 'Uploader')).toMatchObject({
      status: 403,
      body: { error_code: 'FORBIDDEN', x_user: userid },
    });
  });

  it('lists batches, people and presets', async () => {
    const { batchid } = await admin.aBatchOf('queued');
    const batches = await admin.ask('GET', `/batches?filter_text=${batchid}`);
    expect(batches.body).toMatchObject({
      items: [{ id: batchid, userid, username: 'Uploader', stats: { total: 1, queued: 1 } }],
      total: 1,
    });
    const users = await admin.ask('GET', '/users?filter_text=uplo');
    expect(users.body).toEqual({
      items: [
        { userid, username: 'Uploader', created_at: expect.any(String), updated_at: expect.any(String) },
      ],
      total: 1,
    });
    const client = await api.connect('Uploader');
    await client.ask(
      {
        type: 'SAVE_PRESET',
        data: {
          title: 'Mine',
          title_template: 'A {{x}}',
          exclude_from_date_category: false,
          is_default: false,
          handler: 'mapillary',
        },
      },
      'PRESETS_LIST',
    );
    const presets = await admin.ask('GET', '/presets?filter_text=Uploader');
    expect(presets.body).toMatchObject({ items: [{ userid, title: 'Mine', is_default: false }], total: 1 });
    expect((await admin.ask('GET', '/presets?filter_text=Nobody')).body).toEqual({ items: [], total: 0 });
  });

  describe('the list of uploads', () => {
    it('shows each as documented, without secrets', async () => {
      const { batchid, ids } = await admin.aBatchOf('queued');
      const { body } = await admin.ask('GET', `/upload_requests?filter_text=${batchid}`);
      expect(body.items.find(({ id }) => id === ids[0])).toEqual({
        id: ids[0],
        batchid,
        userid,
        status: 'queued',
        key: expect.any(String),
        handler: 'mapillary',
        collection: 'a-sequence',
        filename: expect.stringMatching(/^A street/),
        wikitext: '== {{int:filedesc}} ==',
        copyright_override: false,
        labels: { language: 'en', value: 'A street' },
        result: null,
        error: null,
        success: null,
        celery_task_id: expect.any(String),
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      });
    });

    it('is filtered by status, day, ids, names of people and of files', async () => {
      const { ids } = await admin.aBatchOf('failed', 'cancelled', 'completed');
      const [failed = 0, cancelled = 0, completed = 0] = ids;
      await database.change(
        "UPDATE upload_requests SET created_at = '2020-02-29 23:59:59.999' WHERE id = ?",
        [failed],
      );
      await database.change(
        "UPDATE upload_requests SET created_at = '2020-03-01', filename = 'Zürich_100%.jpg' WHERE id = ?",
        [cancelled],
      );
      const found = async (query: string): Promise<number[]> => {
        const { status, body } = await admin.ask('GET', `/upload_requests?limit=500&${query}`);
        expect([status, body.total]).toEqual([200, body.items.length]);
        return body.items.map(({ id }) => id);
      };
      expect(await found('date_from=2020-02-29&date_to=2020-02-29')).toEqual([failed]);
      expect(await found('date_from=2020-02-29&date_to=2020-03-01')).toEqual([cancelled, failed]);
      expect(await found('date_to=2020-03-01&status=failed&status=completed')).toEqual([failed]);
      expect(await found(`filter_text=${encodeURIComponent('Zürich_100%')}`)).toEqual([cancelled]);
      expect(await found('filter_text=Z_rich')).toEqual([]);
      expect(await found(`filter_text=${completed}`)).toContain(completed);
      expect(await found('filter_text=uploader&status=completed')).toEqual([completed]);
      expect(await found('filter_text=Nobody')).toEqual([]);
    });

    it('is paged without gaps, whatever its moments are', async () => {
      const { ids } = await admin.aBatchOf('duplicate', 'duplicate', 'duplicate', 'duplicate', 'duplicate');
      await database.change("UPDATE upload_requests SET created_at = '2021-01-01' WHERE id IN (?)", [ids]);
      const pages = await Promise.all(
        [1, 2, 3, 4].map((page) =>
          admin.ask('GET', `/upload_requests?status=duplicate&limit=2&page=${page}`),
        ),
      );
      expect(pages.map(({ body }) => body.items.map(({ id }) => id))).toEqual([
        [ids[4], ids[3]],
        [ids[2], ids[1]],
        [ids[0]],
        [],
      ]);
    });

    it.each(['page=0', 'limit=501', 'status=done', 'date_from=2024-02-30', 'date_to=today', 'order=id'])(
      'refuses ?%s',
      async (query) => {
        expect(await admin.ask('GET', `/upload_requests?${query}`)).toMatchObject({
          status: 400,
          body: { error_code: 'VALIDATION_FAILED' },
        });
      },
    );
  });
});
