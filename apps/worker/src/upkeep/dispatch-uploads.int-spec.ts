import {
  Database,
  LiveUpdates,
  PREPARE_AHEAD_MS,
  RatePlan,
  RedisConnections,
  TokenVault,
  UploadQueue,
  UploadRepository,
  UploadTurns,
  UserRepository,
  workerQueueOptions,
} from '#app/persistence';
import { UPLOAD_QUEUE, uploadJobId, type UploadJob } from '#app/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { randomBytes } from 'node:crypto';
import { aBatch, aNewUpload } from '../../../../test/support/an-upload.js';
import { emptyRedis } from '../../../../test/support/databases.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { CommonsClients } from '../uploads/commons-clients.js';
import { SESSION_EXPIRED } from '../uploads/decide-next.js';
import { SignInExpiry } from '../uploads/sign-in-expiry.js';
import { loadWorkerConfig } from '../worker.config.js';
import { UploadDispatcher } from './dispatch-uploads.js';
import { SignInCheck } from './sign-in-check.js';

const MINUTE = 60_000;
const REFUSAL = 'The authorization headers in your request are not valid: Invalid consumer';

describe('UploadDispatcher', () => {
  let stores: OpenStores;
  let upstreams: OpenStores['upstreams'];
  let nest: OpenStores['nest'];
  let queue: Queue<UploadJob>;
  let uploads: UploadRepository;
  let dispatcher: UploadDispatcher;

  beforeAll(async () => {
    stores = await openStores();
    ({ upstreams, nest } = stores);
    queue = new Queue<UploadJob>(UPLOAD_QUEUE, workerQueueOptions(nest.get(RedisConnections)));
    uploads = nest.get(UploadRepository);
    const { config } = loadWorkerConfig(stores.environment);
    const users = nest.get(UserRepository);
    const clients = new CommonsClients(stores.commons, nest.get(TokenVault), users, config);
    const expiry = new SignInExpiry(uploads, users, nest.get(LiveUpdates), nest.get(RatePlan));
    dispatcher = new UploadDispatcher(
      uploads,
      nest.get(UploadTurns),
      nest.get(UploadQueue),
      new SignInCheck(clients, expiry),
      config,
    );
  });

  beforeEach(async () => {
    await emptyRedis(nest.get(RedisConnections));
    await nest.get(Database).change("UPDATE upload_requests SET status = 'cancelled', lease_owner = NULL");
    upstreams.commons.faults.clear();
    upstreams.commons.log.length = 0;
  });

  afterAll(async () => {
    await queue.close();
    await stores.close();
  });

  const now = (): Date => new Date();
  const fromNow = (ms: number): Date => new Date(Date.now() + ms);

  /** Uploads of a person of the wiki who has signed in. */
  const queued = async (
    count: number,
    { userName = 'Uploader', plannedAt = now() }: { userName?: string; plannedAt?: Date } = {},
  ): Promise<{ userid: string; token: string; ids: number[] }> => {
    const userid = randomBytes(6).toString('hex');
    const token = nest.get(TokenVault).seal(upstreams.commons.accessToken(userName), userid);
    await nest.get(UserRepository).saveSignIn({ userid, username: userName, encryptedToken: token });
    const items = Array.from({ length: count }, () => aNewUpload({ plannedAt, accessToken: token }));
    const { uploads: states } = await aBatch(nest.get(Database), items, userid);
    return { userid, token, ids: states.map(({ id }) => id) };
  };

  const jobsOf = async (ids: readonly number[]): Promise<number> => {
    const found = await Promise.all(ids.map((id) => queue.getJob(uploadJobId(String(id)))));
    return found.filter((job) => job !== undefined).length;
  };

  const userInfoRequests = (): number =>
    upstreams.commons.log.filter(({ params }) => params['meta']?.includes('userinfo')).length;

  it('gives everything a job that can be prepared, and nothing else', async () => {
    const soon = await queued(3, { plannedAt: fromNow(PREPARE_AHEAD_MS - MINUTE) });
    const later = await queued(2, { plannedAt: fromNow(PREPARE_AHEAD_MS + MINUTE) });
    await dispatcher.dispatch();
    expect([await jobsOf(soon.ids), await jobsOf(later.ids)]).toEqual([3, 0]);
    expect(await queue.getJobCounts('wait', 'delayed')).toEqual({ wait: 3, delayed: 0 });
    await dispatcher.dispatch(fromNow(2 * MINUTE));
    expect(await jobsOf(later.ids)).toBe(2);
  });

  it('moves the job of an upload whose moment has changed', async () => {
    const { ids } = await queued(1, { plannedAt: fromNow(30 * MINUTE) });
    const [id = 0] = ids;
    await uploads.claim(id, 'w1', now(), fromNow(MINUTE));
    await uploads.requeue(id, 'w1', { notBefore: null, staged: true });
    await dispatcher.dispatch();
    expect(await queue.getJobCounts('wait', 'delayed')).toEqual({ wait: 0, delayed: 1 });
    await nest
      .get(Database)
      .change('UPDATE upload_requests SET planned_at = ?, due_at = ?, dispatched_at = NULL WHERE id = ?', [
        fromNow(-1),
        fromNow(-1),
        id,
      ]);
    await dispatcher.dispatch();
    const job = await queue.getJob(uploadJobId(String(id)));
    expect(job?.delay).toBe(0);
  });

  it('brings everything back when Redis has lost it all, and asks for each sign-in once', async () => {
    const people = [await queued(1_500), await queued(40, { userName: 'Patroller' })];
    const ids = people.flatMap((person) => person.ids);
    await dispatcher.dispatch();
    expect(await queue.getJobCounts('wait')).toEqual({ wait: ids.length });
    expect(userInfoRequests()).toBe(0);

    await emptyRedis(nest.get(RedisConnections));
    await dispatcher.dispatch(fromNow(1));
    expect(await queue.getJobCounts('wait')).toEqual({ wait: ids.length });
    expect(await jobsOf(ids)).toBe(ids.length);
    expect(userInfoRequests()).toBe(2);

    await emptyRedis(nest.get(RedisConnections));
    await dispatcher.dispatch(fromNow(2));
    expect(await queue.getJobCounts('wait')).toEqual({ wait: ids.length });
    expect(userInfoRequests()).toBe(2);
  });

  it('brings back single jobs within an interval', async () => {
    const { ids } = await queued(20);
    await dispatcher.dispatch();
    await queue.obliterate({ force: true });
    await dispatcher.dispatch(fromNow(29_000));
    expect(await jobsOf(ids)).toBe(0);
    await dispatcher.dispatch(fromNow(31_000));
    expect(await jobsOf(ids)).toBe(20);
    expect(userInfoRequests()).toBe(0);
  });

  it('fails at once what was queued with a refused sign-in, and gives its places back', async () => {
    const good = await queued(5, { userName: 'Patroller' });
    const { userid, ids } = await queued(30, { plannedAt: fromNow(MINUTE) });
    const windows = [{ hits: 30, seconds: 3_600 }];
    const plan = nest.get(RatePlan);
    await dispatcher.dispatch();
    await emptyRedis(nest.get(RedisConnections));
    const reserved = await plan.reserve({ userid, count: 1, windows, now: now() });
    expect(reserved[0]?.getTime()).toBeGreaterThan(Date.now() + 30 * MINUTE);
    await plan.giveBack(userid, reserved);
    upstreams.commons.faults.add({
      match: { user: 'Uploader' },
      times: 0,
      error: { code: 'mwoauth-invalid-authorization', info: REFUSAL },
    });
    await dispatcher.dispatch(fromNow(1));
    expect([await jobsOf(ids), await jobsOf(good.ids)]).toEqual([0, 5]);
    expect(await uploads.find(ids[7] ?? 0)).toMatchObject({
      status: 'failed',
      error: { type: 'error', message: SESSION_EXPIRED },
      accessToken: null,
    });
    expect((await nest.get(UserRepository).find(userid))?.accessToken).toBeNull();
    const again = await plan.reserve({ userid, count: 1, windows, now: now() });
    expect(again[0]?.getTime()).toBeLessThan(Date.now() + MINUTE);
  });

  it('goes on as usual where the wiki cannot be asked, and where a commit may have happened', async () => {
    const unasked = await queued(4, { userName: 'Patroller' });
    const { ids, userid } = await queued(2);
    const [published = 0, waiting = 0] = ids;
    await uploads.claim(published, 'w1', now(), fromNow(MINUTE));
    await uploads.checkpoint(published, 'w1', { commitAttemptedAt: now().toISOString() });
    await uploads.requeue(published, 'w1', { notBefore: now() });
    await dispatcher.dispatch();
    await emptyRedis(nest.get(RedisConnections));
    upstreams.commons.faults.add(
      { match: { user: 'Patroller' }, times: 0, answer: { status: 503, body: 'no' } },
      {
        match: { user: 'Uploader' },
        times: 0,
        error: { code: 'mwoauth-invalid-authorization', info: REFUSAL },
      },
    );
    await dispatcher.dispatch(fromNow(1));
    expect(await jobsOf(unasked.ids)).toBe(4);
    expect((await uploads.find(waiting))?.status).toBe('failed');
    expect(await uploads.find(published)).toMatchObject({ status: 'queued', userid });
    await dispatcher.dispatch(fromNow(MINUTE));
    expect(await jobsOf([published, waiting])).toBe(1);
  });

  it('wakes a worker for what a dead one has left, whatever job that one still holds', async () => {
    const { ids } = await queued(1);
    const [id = 0] = ids;
    await dispatcher.dispatch();
    await uploads.claim(id, 'dead', fromNow(-2 * MINUTE), fromNow(-MINUTE));
    await dispatcher.dispatch();
    await dispatcher.dispatch();
    const jobs = await queue.getJobs(['wait']);
    expect(jobs.map(({ data }) => data)).toEqual([{ uploadId: String(id) }, { uploadId: String(id) }]);
    expect(jobs.filter((job) => job.id === uploadJobId(String(id)))).toHaveLength(1);
  });
});
