import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, UploadRepository } from '#app/persistence';
import { aBatch as fillBatch, aNewUpload } from './support/an-upload.js';
import { LiveApi } from './live/live-api.js';
import { Browser } from './sign-in/browser.js';
import { waitUntil } from './support/wait-until.js';

interface Item {
  id: number;
  status: string;
  error: unknown;
  filename: string;
}

interface Answer {
  status: number;
  body: Record<string, unknown> & { items: Item[]; total: number; error_code?: string };
}

describe('administration', () => {
  let api: LiveApi;
  let database: Database;
  let userid: string;
  let adminId: string;

  beforeAll(async () => {
    api = await LiveApi.start();
    database = api.running.app.get(Database);
    userid = await idOf('Uploader');
    adminId = await idOf('Admin');
  });

  afterEach(() => api.closeClients());
  afterAll(() => api.stop());

  const browserOf = async (name: string): Promise<Browser> => {
    const browser = new Browser(api.running.origin);
    browser.cookie = await api.cookieOf(name);
    return browser;
  };

  const idOf = async (name: string): Promise<string> => {
    const who = await (await browserOf(name)).go('/auth/whoami');
    return ((await who.json()) as { userid: string }).userid;
  };

  const ask = async (method: string, path: string, body?: unknown, name = 'Admin'): Promise<Answer> => {
    const answer = await (
      await browserOf(name)
    ).go(`/api/admin${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  };

  const aToken = async (name: string): Promise<{ token: string }> => {
    const made = await (
      await browserOf(name)
    ).go('/api/tokens', {
      method: 'POST',
      body: JSON.stringify({ name: 'A script', scopes: ['read', 'upload'] }),
      headers: { 'content-type': 'application/json' },
    });
    return (await made.json()) as { token: string };
  };

  const statusWith = async (token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${api.running.origin}/auth/whoami`, { headers })).status;
  };

  const audited = async (subject: number | string): Promise<unknown[]> =>
    (await ask('GET', `/audit?subject_id=${subject}`)).body.items;

  /** A batch of Uploader with uploads in these states. */
  const aBatchOf = async (...statuses: string[]): Promise<{ batchid: number; ids: number[] }> => {
    const { batch, uploads } = await fillBatch(
      database,
      statuses.map(() => aNewUpload()),
      userid,
    );
    const ids = uploads.map(({ id }) => id);
    for (const [index, status] of statuses.entries()) {
      const until = status === 'in_progress' ? new Date(Date.now() + 60_000) : null;
      await database.change(
        `UPDATE upload_requests SET status = ?, lease_owner = 'a worker', leased_until = ?, failure = IF(? = 'failed', 'other', NULL) WHERE id = ?`,
        [status, until, status, ids[index] ?? 0],
      );
    }
    return { batchid: batch.id, ids };
  };

  const statesOf = async (ids: readonly number[]): Promise<unknown[]> => {
    const rows = await database.rows<{ status: string; cancelled: number; token: number; leased: number }>(
      `SELECT status, cancel_requested_at IS NOT NULL AS cancelled, access_token IS NOT NULL AS token,
        leased_until IS NOT NULL AS leased FROM upload_requests WHERE id IN (?) ORDER BY id`,
      [ids],
    );
    return rows.map(({ status, cancelled, token, leased }) =>
      [status, cancelled, token, leased].map(String).join(' '),
    );
  };

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
    expect(await ask(method, path, undefined, 'Uploader')).toMatchObject({
      status: 403,
      body: { error_code: 'FORBIDDEN', x_user: userid },
    });
  });

  it('lists batches, people and presets', async () => {
    const { batchid } = await aBatchOf('queued');
    const batches = await ask('GET', `/batches?filter_text=${batchid}`);
    expect(batches.body).toMatchObject({
      items: [{ id: batchid, userid, username: 'Uploader', stats: { total: 1, queued: 1 } }],
      total: 1,
    });
    const users = await ask('GET', '/users?filter_text=uplo');
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
    const presets = await ask('GET', '/presets?filter_text=Uploader');
    expect(presets.body).toMatchObject({ items: [{ userid, title: 'Mine', is_default: false }], total: 1 });
    expect((await ask('GET', '/presets?filter_text=Nobody')).body).toEqual({ items: [], total: 0 });
  });

  describe('the list of uploads', () => {
    it('shows each as documented, without secrets', async () => {
      const { batchid, ids } = await aBatchOf('queued');
      const { body } = await ask('GET', `/upload_requests?filter_text=${batchid}`);
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
      const { ids } = await aBatchOf('failed', 'cancelled', 'completed');
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
        const { status, body } = await ask('GET', `/upload_requests?limit=500&${query}`);
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
      const { ids } = await aBatchOf('duplicate', 'duplicate', 'duplicate', 'duplicate', 'duplicate');
      await database.change("UPDATE upload_requests SET created_at = '2021-01-01' WHERE id IN (?)", [ids]);
      const pages = await Promise.all(
        [1, 2, 3, 4].map((page) => ask('GET', `/upload_requests?status=duplicate&limit=2&page=${page}`)),
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
        expect(await ask('GET', `/upload_requests?${query}`)).toMatchObject({
          status: 400,
          body: { error_code: 'VALIDATION_FAILED' },
        });
      },
    );
  });

  it('cancels what is queued or runs, and tells who watches', async () => {
    const { batchid, ids } = await aBatchOf('queued', 'in_progress', 'completed');
    const watcher = await api.connect('Uploader');
    await watcher.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
    await watcher.next('UPLOADS_UPDATE');
    expect(await ask('POST', '/upload_requests/bulk-cancel', { ids: [...ids, 999_999] })).toMatchObject({
      status: 200,
      body: { cancelled_count: 2 },
    });
    const { data } = await watcher.next('UPLOADS_UPDATE');
    expect(data).toMatchObject([{ id: ids[0], status: 'cancelled' }]);
    expect(await statesOf(ids)).toEqual(['cancelled 0 0 0', 'in_progress 1 1 1', 'completed 0 1 0']);
    expect(await audited(ids[0] ?? 0)).toMatchObject([
      {
        action: 'upload.cancel',
        userid: adminId,
        username: 'Admin',
        subject_kind: 'upload',
        before: { status: 'queued' },
        after: { status: 'cancelled' },
        request_id: expect.any(String),
      },
    ]);
    expect((await ask('POST', '/upload_requests/bulk-cancel', { ids })).body).toEqual({ cancelled_count: 0 });
    expect(await audited(ids[1] ?? 0)).toMatchObject([
      {
        action: 'upload.cancel',
        before: { status: 'in_progress' },
        after: { status: 'in_progress', cancelRequested: true },
      },
    ]);
  });

  it('notes when an administrator cancels the batch of somebody else, and only then', async () => {
    const theirs = await aBatchOf('queued', 'in_progress');
    const own = await aBatchOf('queued');
    const admin = await api.connect('Admin');
    const uploader = await api.connect('Uploader');
    admin.send({ type: 'CANCEL_BATCH', data: theirs.batchid });
    uploader.send({ type: 'CANCEL_BATCH', data: own.batchid });
    for (const [id = 0] of [theirs.ids, own.ids]) {
      await waitUntil('the batch to be cancelled', async () =>
        /^cancelled/.test(String((await statesOf([id]))[0])),
      );
    }
    await waitUntil('the record', async () => (await audited(theirs.batchid)).length > 0);
    expect(await audited(theirs.batchid)).toMatchObject([
      {
        action: 'batch.cancel',
        subject_kind: 'batch',
        username: 'Admin',
        after: { cancelled: 1, cancelRequested: 1 },
      },
    ]);
    expect(await audited(own.batchid)).toEqual([]);
  });

  it('fails what is queued or runs: its worker loses it', async () => {
    const { ids } = await aBatchOf('queued', 'in_progress', 'in_progress', 'cancelled');
    const [, running = 0, committing = 0] = ids;
    await database.change(
      `UPDATE upload_requests SET checkpoint = '{"commitAttemptedAt": "2026-01-01T00:00:00Z"}' WHERE id = ?`,
      [committing],
    );
    expect((await ask('POST', '/upload_requests/bulk-fail', { ids })).body).toEqual({ failed_count: 2 });
    expect(await statesOf(ids)).toEqual([
      'failed 0 0 0',
      'failed 0 0 0',
      'in_progress 0 1 1',
      'cancelled 0 1 0',
    ]);
    const uploads = api.running.app.get(UploadRepository);
    expect(await uploads.checkpoint(running, 'a worker', { sha1: 'x' })).toBe(false);
    expect((await uploads.find(running))?.error).toEqual({
      type: 'error',
      message: 'Manually marked as failed',
    });
  });

  it.each([
    {},
    { ids: [] },
    { ids: 1 },
    { ids: ['1'] },
    { ids: [0] },
    { ids: [1, 1] },
    { ids: [1], all: true },
  ])('refuses to end %j', async (body) => {
    for (const path of ['bulk-cancel', 'bulk-fail']) {
      expect((await ask('POST', `/upload_requests/${path}`, body)).status).toBe(400);
    }
  });

  describe('an edit', () => {
    const edit = (id: number | string, body: unknown): Promise<Answer> =>
      ask('PUT', `/upload_requests/${id}`, body);

    it('takes each field, also as the text of a cell, and is audited', async () => {
      const { ids } = await aBatchOf('failed');
      const [id = 0] = ids;
      expect(await edit(id, { filename: 'Another street.jpg' })).toMatchObject({
        status: 200,
        body: { filename: 'Another street.jpg' },
      });
      expect((await edit(id, { copyright_override: 'true' })).body['copyright_override']).toBe(true);
      expect((await edit(id, { labels: '{"language":"de","value":"Straße"}' })).body['labels']).toEqual({
        language: 'de',
        value: 'Straße',
      });
      expect((await edit(id, { labels: '' })).body['labels']).toBeNull();
      expect((await edit(id, { error: 'timeout: too slow' })).body.error).toEqual({
        type: 'error',
        message: 'timeout: too slow',
      });
      expect((await edit(id, { success: 'https://commons.example/wiki/A' })).body['success']).toBe(
        'https://commons.example/wiki/A',
      );
      expect((await edit(id, { success: '', result: 'Seen', wikitext: 'Text' })).body).toMatchObject({
        success: null,
        result: 'Seen',
        wikitext: 'Text',
      });
      const records = await audited(id);
      expect(records).toHaveLength(7);
      expect(records.at(-1)).toMatchObject({
        action: 'upload.edit',
        after: { filename: 'Another street.jpg' },
      });
      expect((await ask('GET', `/failed_uploads?search_text=${id}`)).body.items).toMatchObject([
        { failedUploads: [{ id, errorType: 'timeout' }] },
      ]);
    });

    it('makes legal changes of status only', async () => {
      const { ids } = await aBatchOf('queued', 'queued', 'in_progress', 'completed', 'in_progress');
      const [one = 0, two = 0, running = 0, done = 0, other = 0] = ids;
      expect((await edit(one, { status: 'cancelled' })).body.status).toBe('cancelled');
      expect((await edit(two, { status: 'failed', error: 'Not free' })).body).toMatchObject({
        status: 'failed',
        error: { type: 'error', message: 'Not free' },
      });
      expect((await edit(running, { status: 'cancelled' })).body.status).toBe('in_progress');
      expect(await statesOf([running])).toEqual(['in_progress 1 1 1']);
      for (const id of [one, two, done]) {
        for (const status of ['cancelled', 'failed']) {
          expect(await edit(id, { status })).toMatchObject({
            status: 409,
            body: { error_code: 'STATE_CONFLICT' },
          });
        }
      }
      expect((await edit(other, { wikitext: 'x' })).status).toBe(409);
      expect((await edit(one, { status: 'queued' })).status).toBe(400);
    });

    it.each([
      {},
      [],
      { status: 'completed' },
      { filename: 'no extension' },
      { filename: 'a|b.jpg' },
      { filename: 7 },
      { filename: null },
      { wikitext: 'x'.repeat(100), userid: '1' },
      { access_token: 'x' },
      { labels: 'A street' },
      { labels: { language: 'NOT A CODE', value: 'x' } },
      { labels: { language: 'en', value: 'x'.repeat(251) } },
      { copyright_override: 'maybe' },
      { error: { type: 'strange', message: 'x' } },
      { success: 'javascript:alert(1)' },
    ])('is refused as %j and changes nothing', async (body) => {
      const { ids } = await aBatchOf('failed');
      const before = await database.rows('SELECT * FROM upload_requests WHERE id IN (?)', [ids]);
      expect(await edit(ids[0] ?? 0, body)).toMatchObject({
        status: 400,
        body: { error_code: 'VALIDATION_FAILED' },
      });
      expect(await database.rows('SELECT * FROM upload_requests WHERE id IN (?)', [ids])).toEqual(before);
      expect(await audited(ids[0] ?? 0)).toEqual([]);
    });

    it('changes nothing of what may be on its way to the wiki', async () => {
      const { ids } = await aBatchOf('queued', 'queued', 'queued');
      for (const [index, member] of ['commitAttemptedAt', 'commitSentAt', 'publishedTitle'].entries()) {
        const id = ids[index] ?? 0;
        const checkpoint = JSON.stringify({ [member]: '2026-01-01T00:00:00Z' });
        await database.change('UPDATE upload_requests SET checkpoint = ? WHERE id = ?', [checkpoint, id]);
        expect(await edit(id, { filename: 'Another street.jpg' })).toMatchObject({
          status: 409,
          body: { error_code: 'STATE_CONFLICT' },
        });
        expect(await audited(id)).toEqual([]);
      }
      expect((await edit(ids[1] ?? 0, { status: 'failed', result: 'x' })).status).toBe(200);
    });

    it('needs an upload', async () => {
      expect(await edit(999_999, { result: 'x' })).toMatchObject({
        status: 404,
        body: { error_code: 'UPLOAD_NOT_FOUND' },
      });
      expect((await edit('1e3', { result: 'x' })).status).toBe(400);
    });
  });

  it('shows failed uploads by their batches', async () => {
    const { batchid, ids } = await aBatchOf('failed', 'failed', 'completed');
    await database.change("UPDATE upload_requests SET failure = 'network', handler = 'flickr' WHERE id = ?", [
      ids[0] ?? 0,
    ]);
    const { body } = await ask('GET', `/failed_uploads?search_text=${batchid}&error_type=network`);
    expect(body.items).toMatchObject([
      {
        batch: {
          id: batchid,
          failedCount: 2,
          totalUploads: 3,
          handler: 'flickr',
          editGroupId: expect.any(String),
        },
        user: { username: 'Uploader', userid },
        failedUploads: [{ id: ids[0], status: 'failed', errorType: 'network', handler: 'flickr' }],
      },
    ]);
    for (const order of ['recent', 'batchSize', 'errorType', 'user']) {
      const page = await ask('GET', `/failed_uploads?sort_by=${order}&handler=flickr`);
      expect(page.body).toMatchObject({ items: [{ batch: { id: batchid } }], total: 1 });
    }
    expect((await ask('GET', '/failed_uploads?sort_by=name')).status).toBe(400);
  });

  it('retries under the own account, at once, noting where each came from', async () => {
    const first = await aBatchOf('failed', 'completed');
    const second = await aBatchOf('cancelled', 'queued');
    const ids = [...first.ids, ...second.ids];
    const { status, body } = await ask('POST', '/retry', { upload_ids: ids });
    expect([status, body]).toEqual([
      200,
      {
        message: 'Retried 2 uploads',
        retried_count: 2,
        requested_count: 4,
        new_batch_id: expect.any(Number),
      },
    ]);
    const rows = await database.rows<{
      userid: string;
      status: string;
      retry_of_batch: number;
      planned_at: Date;
    }>(
      'SELECT userid, status, retry_of_batch, planned_at FROM upload_requests WHERE batchid = ? ORDER BY id',
      [Number(body['new_batch_id'])],
    );
    expect(rows).toMatchObject([
      { userid: adminId, status: 'queued', retry_of_batch: first.batchid },
      { userid: adminId, status: 'queued', retry_of_batch: second.batchid },
    ]);
    for (const { planned_at } of rows) expect(planned_at.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await audited(first.ids[0] ?? 0)).toMatchObject([
      { action: 'upload.retry', after: { retriedInBatch: body['new_batch_id'] } },
    ]);
    expect(await statesOf([first.ids[0] ?? 0])).toEqual(['failed 0 1 0']);
    expect(await ask('POST', '/retry', { upload_ids: [first.ids[1]] })).toMatchObject({
      status: 409,
      body: { error_code: 'STATE_CONFLICT' },
    });
    expect((await ask('POST', '/retry', { upload_ids: [] })).status).toBe(400);
  });

  it('lists and ends the sessions of a person', async () => {
    api.forget('Uploader');
    const client = await api.connect('Uploader');
    const { token } = await aToken('Uploader');
    const { body } = await ask('GET', `/users/${userid}/sessions`);
    expect(body.items[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      began_at: expect.stringMatching(/Z$/),
      ends_at: expect.stringMatching(/Z$/),
    });
    const ended = await ask('DELETE', `/users/${userid}/sessions`);
    expect(ended.body).toEqual({ ended_count: body.total });
    await waitUntil('the socket closes', () => !client.isOpen);
    expect((await (await browserOf('Uploader')).go('/auth/whoami')).status).toBe(401);
    expect(await statusWith(token)).toBe(401);
    expect((await ask('GET', `/users/${userid}/sessions`)).body).toEqual({ items: [], total: 0 });
    expect(await audited(userid)).toMatchObject([
      {
        action: 'sessions.end',
        subject_kind: 'user',
        before: { sessions: body.total, apiTokens: 1 },
        after: { sessions: 0, apiTokens: 0 },
      },
    ]);
    expect(await ask('DELETE', '/users/99999999/sessions')).toMatchObject({
      status: 404,
      body: { error_code: 'USER_NOT_FOUND' },
    });
    expect((await ask('DELETE', '/users/me/sessions')).status).toBe(400);
    api.forget('Uploader');
  });

  it('tells what waits, and holds workers back', async () => {
    await aBatchOf('queued', 'in_progress');
    const { body } = await ask('GET', '/queues');
    expect(body).toEqual({
      queues: ['uploads', 'jobs'].map((name) => ({
        name,
        paused: false,
        waiting: expect.any(Number),
        delayed: expect.any(Number),
        active: 0,
        failed: 0,
      })),
      users: expect.arrayContaining([
        { userid, username: 'Uploader', queued: expect.any(Number), in_progress: expect.any(Number) },
      ]),
    });
    expect((await ask('POST', '/queues/uploads/pause')).body).toMatchObject({
      name: 'uploads',
      paused: true,
    });
    expect((await ask('GET', '/queues')).body).toMatchObject({
      queues: [{ paused: true }, { paused: false }],
    });
    expect((await ask('POST', '/queues/uploads/resume')).body).toMatchObject({ paused: false });
    expect(await audited('uploads')).toMatchObject([{ action: 'queue.resume' }, { action: 'queue.pause' }]);
    expect((await ask('POST', '/queues/others/pause')).status).toBe(404);
  });

  it('shows the board of the queues to administrators only', async () => {
    const board = async (name: string): Promise<Response> => (await browserOf(name)).go('/admin/queues');
    expect((await new Browser(api.running.origin).go('/admin/queues')).status).toBe(401);
    expect((await board('Uploader')).status).toBe(403);
    const page = await board('Admin');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/html/)]);
    const queues = await (await browserOf('Admin')).go('/admin/queues/api/queues');
    expect(queues.status).toBe(200);
    expect(await queues.text()).not.toMatch(/sealed|token/i);
  });
});
