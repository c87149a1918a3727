import { Database, RatePlan, Replanner, TokenVault, UserRepository } from '#app/persistence';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { aBatch, aNewUpload } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { CommonsClients } from '../uploads/commons-clients.js';
import { loadWorkerConfig } from '../worker.config.js';
import { LimitsRefresher } from './refresh-limits.js';

const MINUTE = 60_000;
const ORDINARY = { upload: { user: { hits: 2, seconds: 3_600 } }, edit: {} };
const WINDOWS = [{ hits: 2, seconds: 3_600 }];

describe('LimitsRefresher', () => {
  let stores: OpenStores;
  let upstreams: OpenStores['upstreams'];
  let nest: OpenStores['nest'];
  let refresher: LimitsRefresher;
  let newRefresher: () => LimitsRefresher;

  beforeAll(async () => {
    stores = await openStores();
    ({ upstreams, nest } = stores);
    const { config } = loadWorkerConfig({ ...stores.environment, RETRY_DELAY_SCALE: '1' });
    const clients = new CommonsClients(
      stores.commons,
      nest.get(TokenVault),
      nest.get(UserRepository),
      config,
    );
    newRefresher = () => new LimitsRefresher(clients, nest.get(RatePlan), nest.get(Replanner), config);
  });

  beforeEach(async () => {
    await nest.get(Database).change("UPDATE upload_requests SET status = 'cancelled'");
    upstreams.commons.faults.clear();
    upstreams.commons.log.length = 0;
    refresher = newRefresher();
  });

  afterAll(async () => {
    await stores.close();
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
