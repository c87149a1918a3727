import {
  LiveUpdates,
  RatePlan,
  Replanner,
  TokenVault,
  UploadQueue,
  UploadRepository,
  UserRepository,
} from '#app/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { LaterWork } from './later-work.js';
import { QueuePlanner } from './queue-planner.js';
import { UploadPlanner } from './upload-planner.js';
import { UserWindows } from './user-windows.js';

const LONGER_THAN_PATIENCE_MS = 1_500;

describe('UserWindows', () => {
  let stores: OpenStores;
  let upstreams: OpenStores['upstreams'];
  let nest: OpenStores['nest'];
  let later: LaterWork;
  let planner: UploadPlanner;

  beforeAll(async () => {
    stores = await openStores();
    ({ upstreams, nest } = stores);
    later = new LaterWork();
    const queue = new QueuePlanner(
      nest.get(Replanner),
      nest.get(UploadRepository),
      nest.get(UploadQueue),
      nest.get(LiveUpdates),
      later,
    );
    const windows = new UserWindows(stores.commons, nest.get(TokenVault), nest.get(RatePlan), queue, later);
    planner = new UploadPlanner(nest.get(UserRepository), windows, nest.get(RatePlan));
  });

  afterAll(async () => {
    await stores.close();
  });

  it('keeps to what the plan knows while the wiki is silent, and then to what the wiki tells', async () => {
    const user = { userid: randomBytes(6).toString('hex'), username: 'Uploader' };
    const encryptedToken = nest
      .get(TokenVault)
      .seal(upstreams.commons.accessToken(user.username), user.userid);
    await nest.get(UserRepository).saveSignIn({ ...user, encryptedToken });
    await nest.get(RatePlan).setWindows(user.userid, [{ hits: 1, seconds: 3_600 }], new Date());
    upstreams.commons.faults.add({ match: { user: user.username }, delayMs: LONGER_THAN_PATIENCE_MS });
    const spread = async (): Promise<number> => {
      const { plannedAt } = await planner.reserve({ ...user, isAdmin: false, isExempt: false }, 2);
      return (plannedAt[1]?.getTime() ?? 0) - (plannedAt[0]?.getTime() ?? 0);
    };
    expect(await spread()).toBe(3_600_000);
    await later.beforeApplicationShutdown();
    expect(await spread()).toBe(0);
  });
});
