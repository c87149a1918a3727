import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import type { Job, NewJob } from './job.js';
import { JobRepository } from './job.repository.js';

const MINUTE_MS = 60_000;

let opened: OpenTestDatabase;
let jobs: JobRepository;
let alice: string;
let bob: string;

beforeAll(async () => {
  opened = await openTestDatabase();
  jobs = new JobRepository(opened.database);
});

afterAll(() => opened.drop());

beforeEach(async () => {
  for (const table of ['jobs', 'users']) await opened.database.change(`DELETE FROM ${table}`);
  alice = (await aUser(opened.database, 'Alice')).userid;
  bob = (await aUser(opened.database, 'Bob')).userid;
});

const aJob = (members: Partial<NewJob> = {}): NewJob => ({
  kind: 'import',
  userid: alice,
  subject: 'Old town',
  params: { category: 'Old town' },
  ...members,
});

const create = async (members?: Partial<NewJob>): Promise<Job> =>
  (await jobs.createOrJoin(aJob(members))).job;

const later = (ms: number): Date => new Date(Date.now() + ms);

let takers = 0;
const take = (now = later(1), leasedUntil = later(MINUTE_MS)): Promise<Job | null> => {
  takers += 1;
  return jobs.takeNext({ owner: `w${takers}`, now, leasedUntil });
};
const owner = (): string => `w${takers}`;

describe('a job', () => {
  it('is made once, however many ask for it at once, and again when it has ended', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => jobs.createOrJoin(aJob())));
    expect(new Set(made.map(({ job }) => job.id)).size).toBe(1);
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
    const taken = await take();
    expect(await jobs.settle(taken?.id ?? 0, owner(), { status: 'complete', result: { files: 3 } })).toBe(
      true,
    );
    const next = await jobs.createOrJoin(aJob());
    expect(next).toMatchObject({ isNew: true, job: { status: 'queued', done: 0, cursor: null } });
    expect(await jobs.findLatest('import', alice, 'Old town')).toMatchObject({ id: next.job.id });
  });

  it("is another one for another person, subject or kind, and a person's own", async () => {
    const ids = [
      (await create()).id,
      (await create({ userid: bob })).id,
      (await create({ subject: 'New town' })).id,
      (await create({ kind: 'export' })).id,
    ];
    expect(new Set(ids).size).toBe(4);
    expect(await jobs.findOwn(ids[0] ?? 0, bob, 'import')).toBeNull();
    expect(await jobs.findOwn(ids[0] ?? 0, alice, 'export')).toBeNull();
    const page = await jobs.list({ kind: 'import', userid: alice, page: 0, size: 1, asc: false });
    expect(page).toMatchObject({ items: [{ id: ids[2] }], total: 2 });
  });

  it('is taken by one of many', async () => {
    await create();
    const now = later(1);
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        jobs.takeNext({ owner: `p${n}`, now, leasedUntil: later(MINUTE_MS) }),
      ),
    );
    expect(taken.filter((job) => job !== null)).toHaveLength(1);
  });

  it('is taken by turns of the people, not in the order of asking', async () => {
    for (const subject of ['a', 'b', 'c']) await create({ subject });
    await create({ userid: bob, subject: 'd' });
    const order: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      const job = await take();
      order.push(job?.userid === bob ? 'Bob' : 'Alice');
      await jobs.settle(job?.id ?? 0, owner(), { status: 'complete', result: null });
    }
    expect(order).toEqual(['Alice', 'Bob', 'Alice', 'Alice']);
  });

  it('keeps how far it came with what is changed in the same transaction, or neither', async () => {
    const { id } = await create();
    await take();
    const rename = "UPDATE users SET username = 'Carol' WHERE userid = ?";
    const work = (sql: { change: OpenTestDatabase['database']['change'] }) =>
      sql.change(rename, [alice]).then(() => undefined);
    expect(await jobs.checkpoint(id, 'somebody else', { done: 5 }, work)).toBeNull();
    const failing = jobs.checkpoint(id, owner(), { done: 5 }, async (sql) => {
      await work(sql);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const name = () => opened.database.rows('SELECT username FROM users WHERE userid = ?', [alice]);
    expect(await name()).toEqual([{ username: 'Alice' }]);
    expect(await jobs.find(id)).toMatchObject({ done: 0, cursor: null });
    const reached = { done: 5, total: 9, cursor: { after: 'x' } };
    expect(await jobs.checkpoint(id, owner(), reached, work)).toEqual({ cancelRequested: false });
    await jobs.checkpoint(id, owner(), { done: 6 });
    expect(await jobs.find(id)).toMatchObject({ ...reached, done: 6 });
    expect(await name()).toEqual([{ username: 'Carol' }]);
  });

  it('is taken over once its lease has lapsed, with its cursor, and the old owner changes nothing more', async () => {
    const { id } = await create();
    await take();
    const old = owner();
    await jobs.checkpoint(id, old, { cursor: { after: 7 }, done: 7 });
    expect(await take(later(MINUTE_MS / 2))).toBeNull();
    expect(await jobs.listDue(later(0), 10)).toEqual([]);
    const lapsed = later(2 * MINUTE_MS);
    const taken = await take(lapsed, later(3 * MINUTE_MS));
    expect(taken).toMatchObject({ id, cursor: { after: 7 }, done: 7, attempts: 1 });
    expect(await jobs.renew(id, old, later(MINUTE_MS))).toBe(false);
    expect(await jobs.checkpoint(id, old, { done: 8 })).toBeNull();
    expect(await jobs.settle(id, old, { status: 'complete', result: null })).toBe(false);
    expect(await jobs.postpone(id, old, { dueAt: later(0), attempts: 0 })).toBe(false);
    expect(await jobs.renew(id, owner(), later(MINUTE_MS))).toBe(true);
    await jobs.checkpoint(id, owner(), { done: 7 });
    expect(await jobs.find(id)).toMatchObject({ attempts: 1 });
    await jobs.checkpoint(id, owner(), { done: 8 });
    expect(await jobs.find(id)).toMatchObject({ attempts: 0 });
  });

  it('waits until it is due when it is postponed', async () => {
    const { id } = await create();
    await take();
    const dueAt = later(MINUTE_MS);
    await jobs.postpone(id, owner(), { dueAt, attempts: 2 });
    expect(await take()).toBeNull();
    expect(await jobs.listDue(later(2 * MINUTE_MS), 10)).toEqual([{ id, dueAt }]);
    expect(await take(later(2 * MINUTE_MS))).toMatchObject({ id, attempts: 2 });
  });

  it('is cancelled at once while it is queued, at its next checkpoint while it runs, and not at all when it has ended', async () => {
    const queued = await create({ subject: 'queued' });
    expect(await jobs.requestCancel(queued.id)).toMatchObject({
      status: 'cancelled',
      cancelRequested: false,
    });
    expect(await take()).toBeNull();
    const { id } = await create();
    await take();
    expect(await jobs.requestCancel(id)).toMatchObject({ status: 'running', cancelRequested: true });
    expect(await jobs.createOrJoin(aJob())).toMatchObject({ isNew: true });
    expect(await jobs.checkpoint(id, owner(), { done: 1 })).toEqual({ cancelRequested: true });
    await jobs.settle(id, owner(), { status: 'cancelled' });
    expect(await jobs.requestCancel(id)).toMatchObject({ status: 'cancelled' });
    expect(await jobs.requestCancel(999_999)).toBeNull();
  });
});
