import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database, UploadRepository } from '#app/persistence';
import { AdminApi, type Answer } from './live/admin-api.js';
import type { LiveApi } from './live/live-api.js';
import { waitUntil } from './support/wait-until.js';

describe('administration of uploads', () => {
  let admin: AdminApi;
  let api: LiveApi;
  let database: Database;
  let adminId: string;

  beforeAll(async () => {
    admin = await AdminApi.start();
    ({ api, database, adminId } = admin);
  });

  afterEach(() => admin.api.closeClients());
  afterAll(() => admin.api.stop());

  it('cancels what is queued or runs, and tells who watches', async () => {
    const { batchid, ids } = await admin.aBatchOf('queued', 'in_progress', 'completed');
    const watcher = await api.connect('Uploader');
    await watcher.ask({ type: 'SUBSCRIBE_BATCH', data: batchid }, 'SUBSCRIBED');
    await watcher.next('UPLOADS_UPDATE');
    expect(await admin.ask('POST', '/upload_requests/bulk-cancel', { ids: [...ids, 999_999] })).toMatchObject(
      {
        status: 200,
        body: { cancelled_count: 2 },
      },
    );
    const { data } = await watcher.next('UPLOADS_UPDATE');
    expect(data).toMatchObject([{ id: ids[0], status: 'cancelled' }]);
    expect(await admin.statesOf(ids)).toEqual(['cancelled 0 0 0', 'in_progress 1 1 1', 'completed 0 1 0']);
    expect(await admin.audited(ids[0] ?? 0, 'upload')).toMatchObject([
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
    expect((await admin.ask('POST', '/upload_requests/bulk-cancel', { ids })).body).toEqual({
      cancelled_count: 0,
    });
    expect(await admin.audited(ids[1] ?? 0, 'upload')).toMatchObject([
      {
        action: 'upload.cancel',
        before: { status: 'in_progress' },
        after: { status: 'in_progress', cancelRequested: true },
      },
    ]);
  });

  it('notes when an administrator cancels the batch of somebody else, and only then', async () => {
    const theirs = await admin.aBatchOf('queued', 'in_progress');
    const own = await admin.aBatchOf('queued');
    const adminClient = await api.connect('Admin');
    const uploader = await api.connect('Uploader');
    adminClient.send({ type: 'CANCEL_BATCH', data: theirs.batchid });
    uploader.send({ type: 'CANCEL_BATCH', data: own.batchid });
    for (const [id = 0] of [theirs.ids, own.ids]) {
      await waitUntil('the batch to be cancelled', async () =>
        /^cancelled/.test(String((await admin.statesOf([id]))[0])),
      );
    }
    await waitUntil('the record', async () => (await admin.audited(theirs.batchid, 'batch')).length > 0);
    expect(await admin.audited(theirs.batchid, 'batch')).toMatchObject([
      {
        action: 'batch.cancel',
        subject_kind: 'batch',
        username: 'Admin',
        after: { cancelled: 1, cancelRequested: 1 },
      },
    ]);
    expect(await admin.audited(own.batchid, 'batch')).toEqual([]);
  });

  it('fails what is queued or runs: its worker loses it', async () => {
    const { ids } = await admin.aBatchOf('queued', 'in_progress', 'in_progress', 'cancelled');
    const [, running = 0, committing = 0] = ids;
    await database.change(
      `UPDATE upload_requests SET checkpoint = '{"commitAttemptedAt": "2026-01-01T00:00:00Z"}' WHERE id = ?`,
      [committing],
    );
    expect((await admin.ask('POST', '/upload_requests/bulk-fail', { ids })).body).toEqual({
      failed_count: 2,
    });
    expect(await admin.statesOf(ids)).toEqual([
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
      expect((await admin.ask('POST', `/upload_requests/${path}`, body)).status).toBe(400);
    }
  });

  describe('an edit', () => {
    const edit = (id: number | string, body: unknown): Promise<Answer> =>
      admin.ask('PUT', `/upload_requests/${id}`, body);

    it('takes each field, also as the text of a cell, and is audited', async () => {
      const { ids } = await admin.aBatchOf('failed');
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
      const records = await admin.audited(id, 'upload');
      expect(records).toHaveLength(7);
      expect(records.at(-1)).toMatchObject({
        action: 'upload.edit',
        after: { filename: 'Another street.jpg' },
      });
      expect((await admin.ask('GET', `/failed_uploads?search_text=${id}`)).body.items).toMatchObject([
        { failedUploads: [{ id, errorType: 'timeout' }] },
      ]);
    });

    it('makes legal changes of status only', async () => {
      const { ids } = await admin.aBatchOf('queued', 'queued', 'in_progress', 'completed', 'in_progress');
      const [one = 0, two = 0, running = 0, done = 0, other = 0] = ids;
      expect((await edit(one, { status: 'cancelled' })).body.status).toBe('cancelled');
      expect((await edit(two, { status: 'failed', error: 'Not free' })).body).toMatchObject({
        status: 'failed',
        error: { type: 'error', message: 'Not free' },
      });
      expect((await edit(running, { status: 'cancelled' })).body.status).toBe('in_progress');
      expect(await admin.statesOf([running])).toEqual(['in_progress 1 1 1']);
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
      const { ids } = await admin.aBatchOf('failed');
      const before = await database.rows('SELECT * FROM upload_requests WHERE id IN (?)', [ids]);
      expect(await edit(ids[0] ?? 0, body)).toMatchObject({
        status: 400,
        body: { error_code: 'VALIDATION_FAILED' },
      });
      expect(await database.rows('SELECT * FROM upload_requests WHERE id IN (?)', [ids])).toEqual(before);
      expect(await admin.audited(ids[0] ?? 0, 'upload')).toEqual([]);
    });

    it('changes nothing of what may be on its way to the wiki', async () => {
      const { ids } = await admin.aBatchOf('queued', 'queued', 'queued');
      for (const [index, member] of ['commitAttemptedAt', 'commitSentAt', 'publishedTitle'].entries()) {
        const id = ids[index] ?? 0;
        const checkpoint = JSON.stringify({ [member]: '2026-01-01T00:00:00Z' });
        await database.change('UPDATE upload_requests SET checkpoint = ? WHERE id = ?', [checkpoint, id]);
        expect(await edit(id, { filename: 'Another street.jpg' })).toMatchObject({
          status: 409,
          body: { error_code: 'STATE_CONFLICT' },
        });
        expect(await admin.audited(id, 'upload')).toEqual([]);
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
});
