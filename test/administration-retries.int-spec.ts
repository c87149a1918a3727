import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database } from '#app/persistence';
import { AdminApi } from './live/admin-api.js';

describe('administration of what has failed', () => {
  let admin: AdminApi;
  let database: Database;
  let userid: string;
  let adminId: string;

  beforeAll(async () => {
    admin = await AdminApi.start();
    ({ database, userid, adminId } = admin);
  });

  afterEach(() => admin.api.closeClients());
  afterAll(() => admin.api.stop());

  it('shows failed uploads by their batches', async () => {
    const { batchid, ids } = await admin.aBatchOf('failed', 'failed', 'completed');
    await database.change("UPDATE upload_requests SET failure = 'network', handler = 'flickr' WHERE id = ?", [
      ids[0] ?? 0,
    ]);
    const { body } = await admin.ask('GET', `/failed_uploads?search_text=${batchid}&error_type=network`);
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
      const page = await admin.ask('GET', `/failed_uploads?sort_by=${order}&handler=flickr`);
      expect(page.body).toMatchObject({ items: [{ batch: { id: batchid } }], total: 1 });
    }
    expect((await admin.ask('GET', '/failed_uploads?sort_by=name')).status).toBe(400);
  });

  it('retries under the own account, at once, noting where each came from', async () => {
    const first = await admin.aBatchOf('failed', 'completed');
    const second = await admin.aBatchOf('cancelled', 'queued');
    const ids = [...first.ids, ...second.ids];
    const { status, body } = await admin.ask('POST', '/retry', { upload_ids: ids });
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
    expect(await admin.audited(first.ids[0] ?? 0, 'upload')).toMatchObject([
      { action: 'upload.retry', after: { retriedInBatch: body['new_batch_id'] } },
    ]);
    expect(await admin.statesOf([first.ids[0] ?? 0])).toEqual(['failed 0 1 0']);
    expect(await admin.ask('POST', '/retry', { upload_ids: [first.ids[1]] })).toMatchObject({
      status: 409,
      body: { error_code: 'STATE_CONFLICT' },
    });
    expect((await admin.ask('POST', '/retry', { upload_ids: [] })).status).toBe(400);
  });
});
