import { describe, expect, it } from '@jest/globals';
import type { BatchItem, ServerMessage, UploadStatus, UploadUpdateItem } from './generated/messages.js';
import { batchesKind, batchKind, importKind, notificationsKind } from './subscription-kinds.js';

const nonce = '2026-01-01T00:00:00.000001Z';
const upload = (id: number, status: UploadStatus, batchid = 7): UploadUpdateItem => ({
  id,
  batchid,
  status,
  key: `k${id}`,
  handler: 'mapillary',
});
const update = (...data: UploadUpdateItem[]): ServerMessage => ({ type: 'UPLOADS_UPDATE', nonce, data });
const item = (id: number, total = 1): BatchItem => ({
  id,
  created_at: nonce,
  updated_at: nonce,
  username: 'A',
  userid: '1',
  stats: { total, queued: 0, in_progress: 0, completed: 0, failed: 0, cancelled: 0, duplicate: 0 },
});

describe('what is told of a batch', () => {
  it('is each change once, however often the whole state comes', () => {
    const read = batchKind(7).begin();
    const [one, two] = [upload(1, 'queued'), upload(2, 'queued')];
    expect(read(update(one, two))).toEqual({ came: [one, two] });
    expect(read(update(one, two))).toBeNull();
    const done = upload(1, 'completed');
    expect(read(update(done, two))).toEqual({ came: [done] });
  });

  it('is final for good', () => {
    const read = batchKind(7).begin();
    read(update(upload(1, 'failed')));
    expect(read(update(upload(1, 'in_progress')))).toBeNull();
    expect(read(update(upload(1, 'completed')))).toBeNull();
  });

  it('is nothing of another batch, which may still be told just after a change of batches', () => {
    const read = batchKind(7).begin();
    expect(read(update(upload(1, 'queued', 6)))).toBeNull();
    expect(read({ type: 'UPLOADS_COMPLETE', nonce, data: 6 })).toBeNull();
    expect(read({ type: 'UPLOADS_COMPLETE', nonce, data: 7 })).toEqual({ isLast: true });
  });

  it('is merged by upload while nobody reads', () => {
    const { merge } = batchKind(7);
    const waiting = merge([upload(1, 'queued'), upload(2, 'queued')], [upload(1, 'completed')]);
    expect(waiting).toEqual([upload(1, 'completed'), upload(2, 'queued')]);
  });
});

describe('what is told of the list of batches', () => {
  const list = (partial: boolean, total: number, ...items: BatchItem[]): ServerMessage => ({
    type: 'BATCHES_LIST',
    nonce,
    partial,
    data: { items, total },
  });

  it('is the whole page each time, newest first, without what has moved off it', () => {
    const read = batchesKind({ limit: 2 }).begin();
    expect(read(list(true, 9, item(9)))).toBeNull();
    expect(read(list(false, 2, item(4), item(3)))).toEqual({ came: { items: [item(4), item(3)], total: 2 } });
    expect(read(list(true, 3, item(5), item(4, 8)))).toEqual({
      came: { items: [item(5), item(4, 8)], total: 3 },
    });
  });
});

describe('what is told once', () => {
  it('is a notification, also when a new connection tells it again', () => {
    const read = notificationsKind().begin();
    const message: ServerMessage = {
      type: 'NOTIFICATION',
      nonce,
      data: { id: 1, kind: 'batch-finished', message: 'Done', created_at: nonce },
    };
    expect(read(message)).toEqual({ came: message.data });
    expect(read(message)).toBeNull();
  });

  it('is the end of an import', () => {
    const read = importKind(3).begin();
    const message = (status: 'running' | 'failed', job_id = 3): ServerMessage => ({
      type: 'IMPORT_PROGRESS',
      nonce,
      data: { job_id, status, done: 1 },
    });
    expect(read(message('running'))).toMatchObject({ isLast: false });
    expect(read(message('failed', 4))).toBeNull();
    expect(read(message('failed'))).toMatchObject({ isLast: true });
  });
});
