import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aBatch, aNewUpload, aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { UploadRepository } from '../uploads/upload.repository.js';
import { UserRepository } from '../users/user.repository.js';
import { BatchRepository } from './batch.repository.js';

let opened: OpenTestDatabase;
let batches: BatchRepository;
let uploads: UploadRepository;

beforeAll(async () => {
  opened = await openTestDatabase();
  batches = new BatchRepository(opened.database);
  uploads = new UploadRepository(opened.database);
});

afterAll(() => opened.drop());

const idsOf = ({ items }: { items: readonly { id: number }[] }): number[] => items.map(({ id }) => id);

describe('BatchRepository', () => {
  beforeEach(async () => {
    for (const table of ['upload_requests', 'upload_slices', 'batches', 'users']) {
      await opened.database.change(`DELETE FROM ${table}`);
    }
  });

  it('counts what became of the uploads and tells when the last of them changed', async () => {
    const { batch, uploads: states } = await aBatch(
      opened.database,
      Array.from({ length: 6 }, () => aNewUpload()),
    );
    const now = new Date();
    const ends = ['completed', 'failed', 'duplicate', 'duplicated_sdc_updated'] as const;
    for (const [index, status] of ends.entries()) {
      const id = states[index]?.id ?? 0;
      await uploads.claim(id, `w${id}`, now, new Date(now.getTime() + 60_000));
      await uploads.finish(id, `w${id}`, { status });
    }
    const running = states[4]?.id ?? 0;
    const claimedAt = new Date(now.getTime() + 3_600_000);
    await uploads.claim(running, 'w', claimedAt, claimedAt);
    const summary = await batches.findSummary(batch.id);
    expect(summary).toEqual({
      id: batch.id,
      created_at: batch.createdAt.toISOString(),
      updated_at: claimedAt.toISOString(),
      edit_group_id: batch.editGroupId,
      username: 'Alice',
      userid: batch.userid,
      stats: { total: 6, queued: 1, in_progress: 1, completed: 1, failed: 1, cancelled: 0, duplicate: 2 },
    });
    expect(await uploads.countBatchUploads(batch.id, ['failed', 'cancelled'])).toBe(1);
  });

  it('has all counters for a batch without uploads', async () => {
    const { userid } = await aUser(opened.database);
    const { id } = await batches.create(userid);
    const stats = {
      total: 0,
      queued: 0,
      in_progress: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
      duplicate: 0,
    };
    expect(await batches.findSummary(id)).toMatchObject({ stats });
    expect(await batches.findSummary(999_999)).toBeNull();
  });

  it('lists the newest first, page by page', async () => {
    const { userid } = await aUser(opened.database);
    const ids: number[] = [];
    for (let made = 0; made < 5; made += 1) ids.unshift((await batches.create(userid)).id);
    const page = await batches.listPage({ page: 2, limit: 2 });
    expect(idsOf(page)).toEqual(ids.slice(2, 4));
    expect(page.total).toBe(5);
    expect(idsOf(await batches.listPage({ page: 4, limit: 2, filter: '' }))).toEqual([]);
  });

  it('filters by a batch id exactly, by the start of a user name in any case, and by user', async () => {
    const make = async (username: string): Promise<{ id: number; userid: string }> =>
      batches.create((await aUser(opened.database, username)).userid);
    const [alice, alison, percent] = [await make('Alice'), await make('Alison'), await make('100% _Bob')];
    const list = async (filter: string, userid?: string): Promise<number[]> =>
      idsOf(await batches.listPage({ page: 1, limit: 10, filter, ...(userid !== undefined && { userid }) }));
    expect(await list('Ali')).toEqual([alison.id, alice.id]);
    expect(await list(' alis')).toEqual([alison.id]);
    expect(await list(String(alice.id))).toEqual([alice.id]);
    expect(await list('100%')).toEqual([percent.id]);
    expect(await list('%')).toEqual([]);
    expect(await list('Al_ce')).toEqual([]);
    expect(await list('Ali', alice.userid)).toEqual([alice.id]);
    expect(await list(String(alison.id), alice.userid)).toEqual([]);
    expect(await batches.count({ filter: 'Ali' })).toBe(2);

    const numeric = await make(`${alice.id}th user`);
    expect(await list(String(alice.id))).toEqual([numeric.id, alice.id]);
    expect(await batches.count({ filter: String(alice.id) })).toBe(2);
    const shown = await batches.listSummaries([alice.id, percent.id, numeric.id], { filter: 'Ali' });
    expect(shown.map(({ id }) => id)).toEqual([alice.id]);
    expect(await batches.listSummaries([])).toEqual([]);
  });

  it('tells when the rest of a batch is planned', async () => {
    const moments = ['2026-05-01T10:00:00Z', '2026-05-01T12:00:00Z'].map((text) => new Date(text));
    const { batch } = await aBatch(
      opened.database,
      moments.map((plannedAt) => aNewUpload({ plannedAt })),
    );
    expect(await batches.findSchedule(batch.id)).toEqual({
      queued: 2,
      nextStart: moments[0],
      lastStart: moments[1],
    });
    await uploads.cancelBatch(batch.id, new Date());
    expect(await batches.findSchedule(batch.id)).toEqual({ queued: 0, nextStart: null, lastStart: null });
  });

  it('pauses and resumes once', async () => {
    const { userid } = await aUser(opened.database);
    const { id } = await batches.create(userid);
    expect(await batches.pause(id, 'by hand', new Date())).toBe(true);
    expect(await batches.pause(id, 'again', new Date())).toBe(false);
    expect(await batches.find(id)).toMatchObject({ pausedReason: 'by hand' });
    expect(await batches.resume(id, new Date())).toBe(true);
    expect(await batches.resume(id, new Date())).toBe(false);
    expect(await batches.find(id)).toMatchObject({ pausedAt: null, pausedReason: null });
  });
});

describe('UserRepository', () => {
  it('keeps the newest token and finds people by their exact name', async () => {
    const users = new UserRepository(opened.database);
    const first = await users.saveSignIn({ userid: '7', username: 'Carol', encryptedToken: 'k1.a' });
    await users.saveSignIn({ userid: '8', username: 'CAROL', encryptedToken: 'k1.b' });
    const renamed = await users.saveSignIn({ userid: '7', username: 'Carole', encryptedToken: 'k1.c' });
    expect(renamed).toMatchObject({ username: 'Carole', accessToken: 'k1.c', createdAt: first.createdAt });
    expect(await users.findByName('CAROL')).toMatchObject({ userid: '8' });
    expect(await users.findByName('carol')).toBeNull();
    await users.revokeToken('7', 'k1.a');
    expect(await users.find('7')).toMatchObject({ accessToken: 'k1.c' });
    await users.revokeToken('7', 'k1.c');
    expect(await users.find('7')).toMatchObject({ accessToken: null, tokenSavedAt: null });
    expect(await users.find('nobody')).toBeNull();
  });
});
