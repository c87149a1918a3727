import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { BatchRepository } from '../batches/batch.repository.js';
import type { NewNotification } from './notification.js';
import { NotificationRepository } from './notification.repository.js';
import { tellFinished } from './tell-finished.js';

describe('notifications', () => {
  let opened: OpenTestDatabase;
  let notifications: NotificationRepository;
  let userid: string;

  beforeAll(async () => {
    opened = await openTestDatabase(20);
    notifications = new NotificationRepository(opened.database);
  });

  afterAll(() => opened.drop());

  beforeEach(async () => {
    ({ userid } = await aUser(opened.database));
  });

  const aNotification = (members: Partial<NewNotification> = {}): NewNotification => ({
    userid,
    kind: 'new-images',
    message: 'Two new images',
    link: null,
    ...members,
  });
  const list = (unread = false) => notifications.list({ userid, unread, page: 0, size: 20, asc: true });

  it('are kept until they are read, for their person alone', async () => {
    const first = await notifications.add(aNotification());
    const second = await notifications.add(aNotification({ link: 'https://example.org/#/batches/1' }));
    await notifications.add(aNotification({ userid: (await aUser(opened.database)).userid }));
    expect(await list()).toEqual({ items: [first, second], total: 2 });
    expect(await notifications.markRead(first.id, 'another')).toBeNull();
    const read = await notifications.markRead(first.id, userid);
    expect(read?.readAt).toBeInstanceOf(Date);
    expect(await notifications.markRead(first.id, userid)).toEqual(read);
    expect(await list(true)).toEqual({ items: [second], total: 1 });
    expect(await notifications.markAllRead(userid)).toBe(1);
    expect((await list(true)).total).toBe(0);
    expect((await list()).total).toBe(2);
  });

  it('go a while after they were read, never before', async () => {
    const { id } = await notifications.add(aNotification());
    await notifications.add(aNotification());
    await notifications.markRead(id, userid);
    expect(await notifications.deleteRead(new Date(Date.now() - 60_000), 10)).toBe(0);
    await notifications.deleteRead(new Date(Date.now() + 60_000), 10);
    expect((await list()).items).toHaveLength(1);
  });

  it('hold a long message as far as there is room', async () => {
    const { id } = await notifications.add(aNotification({ message: '😀'.repeat(2_000) }));
    expect((await notifications.find(id, userid))?.message).toBe('😀'.repeat(1_000));
  });

  describe('tellFinished', () => {
    const tell = (quietSince = new Date(Date.now() + 60_000)) =>
      tellFinished(opened.database, {
        quietSince,
        limit: 100,
        linkTo: (batchid) => `https://example.org/#/batches/${batchid}`,
      });
    const finish = (id: number, status: string): Promise<number> =>
      opened.database.change('UPDATE upload_requests SET status = ? WHERE id = ?', [status, id]);

    it('tells the end of a batch once, however many processes look', async () => {
      const { batch, uploads } = await aBatch(opened.database, [aNewUpload(), aNewUpload()], userid);
      const [first, second] = uploads;
      await finish(first?.id ?? 0, 'completed');
      expect(await tell()).toEqual([]);
      await finish(second?.id ?? 0, 'failed');
      expect(await tell(new Date(Date.now() - 60_000))).toEqual([]);
      const told = (await Promise.all(Array.from({ length: 8 }, () => tell()))).flat();
      expect(told).toMatchObject([
        {
          userid,
          kind: 'batch-finished',
          message: `Batch ${batch.id} is finished: 1 uploaded, 1 failed.`,
          link: `https://example.org/#/batches/${batch.id}`,
        },
      ]);
      expect((await list()).items).toEqual(told);
    });

    it('tells nothing of an empty batch', async () => {
      await new BatchRepository(opened.database).create(userid);
      expect(await tell()).toEqual([]);
    });
  });
});
