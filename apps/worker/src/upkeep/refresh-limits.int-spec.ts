import { CommonsApi } from '#app/commons-client';
import {
  Database,
  PersistenceModule,
  RatePlan,
  Replanner,
  RequestSlots,
  TokenVault,
  UserRepository,
} from '#app/persistence';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { randomBytes } from 'node:crypto';
import { aBatch, aNewUpload } from '../../../../test/support/an-upload.js';
import { createDatabase, type TestDatabase } from '../../../../test/support/create-database.js';
import { startUpstreams, type Upstreams } from '../../../../test/upstreams/start-upstreams.js';
import { CommonsClients } from '../uploads/commons-clients.js';
import { loadWorkerConfig } from '../worker.config.js';
import { LimitsRefresher } from './refresh-limits.js';

const MINUTE = 60_000;
const ORDINARY = { upload: { user: { hits: 2, seconds: 3_600 } }, edit: {} };
const WINDOWS = [{ hits: 2, seconds: 3_600 }];

describe('LimitsRefresher', () => {
  let created: TestDatabase;
  let upstreams: Upstreams;
  let nest: TestingModule;
  let refresher: LimitsRefresher;
  let newRefresher: () => LimitsRefresher;

  beforeAll(async () => {
    created = await createDatabase();
    upstreams = await startUpstreams();
    const persistence = {
      databaseUrl: created.url,
      redisUrl: process.env['TEST_REDIS_URL'] ?? '',
      tokenEncryptionKeys: `k1:${randomBytes(32).toString('base64')}`,
    };
    nest = await Test.createTestingModule({ imports: [PersistenceModule.forRoot(persistence)] }).compile();
    await nest.init();
    const { config } = loadWorkerConfig({
      ...upstreams.environment,
      DATABASE_URL: persistence.databaseUrl,
      REDIS_URL: persistence.redisUrl,
      TOKEN_ENCRYPTION_KEYS: persistence.tokenEncryptionKeys,
      RETRY_DELAY_SCALE: '1',
    });
    const { apiUrl, indexUrl, consumer } = upstreams.commons;
    const api = new CommonsApi({
      apiUrl,
      indexUrl,
      userAgent: 'Curator/tests',
      consumer,
      limiter: nest.get(RequestSlots),
      delayScale: 0.01,
    });
    const clients = new CommonsClients(api, nest.get(TokenVault), nest.get(UserRepository), config);
    newRefresher = () => new LimitsRefresher(clients, nest.get(RatePlan), nest.get(Replanner), config);
  });

  beforeEach(async () => {
    await nest.get(Database).change("UPDATE upload_requests SET status = 'cancelled'");
    upstreams.commons.faults.clear();
    upstreams.commons.log.length = 0;
    refresher = newRefresher();
  });

  afterAll(async () => {
    await nest.close();
    await upstreams.stop();
    await created.drop();
  });

  /** Uploads of a person of the wiki who has signed in, planned for the windows above. */
  const queued = async (count: number, userName = 'Uploader'): Promise<string> => {
    upstreams.commons.setLimits(userName, ORDINARY);
    const userid = randomBytes(6).toString('hex');
    const encryptedToken = nest.get(TokenVault).seal(upstreams.commons.accessToken(userName), userid);
    await nest.get(UserRepository).saveSignIn({ userid, username: userName, encryptedToken });
    const plannedAt = await nest.get(RatePlan).reserve({ userid, count, windows: WINDOWS, now: new Date() });
    const items = plannedAt.map((moment) => aNewUpload({ plannedAt: moment, accessToken: encryptedToken }));
    await aBatch(nest.get(Database), items, userid);
    return userid;
  };

  const lastOf = async (userid: string): Promise<number> => {
    const statement = 'SELECT MAX(planned_at) AS at FROM upload_requests WHERE userid = ?';
    const [row] = await nest.get(Database).rows<{ at: Date }>(statement, [userid]);
    return (row?.at.getTime() ?? 0) - Date.now();
  };

  const asked = (): number =>
    upstreams.commons.log.filter(({ params }) => params['meta']?.includes('userinfo')).length;

  it('lets go who has no limits any more, and asks nobody too often', async () => {
    const userid = await queued(9);
    await refresher.refresh();
    expect(await lastOf(userid)).toBeGreaterThan(3 * 60 * MINUTE);
    expect(asked()).toBe(1);

    upstreams.commons.setLimits('Uploader', { upload: {}, edit: {} });
    await refresher.refresh(new Date(Date.now() + 14 * MINUTE));
    expect(asked()).toBe(1);
    await refresher.refresh(new Date(Date.now() + 16 * MINUTE));
    expect(asked()).toBe(2);
    expect(await lastOf(userid)).toBeLessThanOrEqual(0);
  });

  it('asks for nobody whose uploads all come soon', async () => {
    await queued(2);
    await refresher.refresh();
    expect(asked()).toBe(0);
  });

  it('goes on with the others where the wiki does not tell', async () => {
    const people = [await queued(5), await queued(5, 'Patroller')];
    upstreams.commons.faults.add({ match: { user: 'Uploader' }, times: 0, answer: { status: 503 } });
    for (const name of ['Uploader', 'Patroller']) upstreams.commons.setLimits(name, { upload: {}, edit: {} });
    await refresher.refresh();
    const [unasked = 0, free = 0] = await Promise.all(people.map(lastOf));
    expect(unasked).toBeGreaterThan(60 * MINUTE);
    expect(free).toBeLessThanOrEqual(0);
  });
});
