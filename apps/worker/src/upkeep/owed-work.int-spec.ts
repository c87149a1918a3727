import type { CommonsClient } from '#app/commons-client';
import { createImageSources } from '#app/image-sources';
import {
  BatchRepository,
  Database,
  LiveUpdates,
  RatePlan,
  RedisConnections,
  ServiceBreaker,
  TokenVault,
  UploadRepository,
  UserRepository,
} from '#app/persistence';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Agent } from 'undici';
import { aBatch, aNewUpload } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { idOf, SAMPLE_SEQUENCES } from '../../../../test/upstreams/mapillary/sample-images.js';
import { CommonsClients } from '../uploads/commons-clients.js';
import { SignInExpiry } from '../uploads/sign-in-expiry.js';
import { loadWorkerConfig } from '../worker.config.js';
import { StructuredDataFinisher } from './finish-structured-data.js';
import { TemplateRefresher } from './refresh-templates.js';

const { thousand } = SAMPLE_SEQUENCES;
const LOST = {
  code: 'mwoauth-invalid-authorization',
  info: 'The authorization headers in your request are not valid: Invalid consumer',
};

describe('work that is owed', () => {
  let stores: OpenStores;
  let upstreams: OpenStores['upstreams'];
  let nest: OpenStores['nest'];
  let uploads: UploadRepository;
  let newClients: () => CommonsClients;
  let newFinisher: () => StructuredDataFinisher;
  let newRefresher: () => TemplateRefresher;
  const dispatcher = new Agent();
  let used = 0;

  beforeAll(async () => {
    stores = await openStores();
    ({ upstreams, nest } = stores);
    uploads = nest.get(UploadRepository);
    const { config } = loadWorkerConfig(stores.environment);
    const sources = createImageSources({
      dispatcher,
      userAgent: config.userAgent,
      existingFiles: { findByProperty: async () => new Map() },
      cache: { find: async () => null, keep: async () => undefined },
      mapillary: { apiUrl: config.mapillaryApiUrl, token: upstreams.mapillary.token },
      geocoding: { url: 'http://127.0.0.1:9/reverse', concurrency: 10 }, // nobody there: places stay unnamed
      delayScale: 0.01,
    });
    const users = nest.get(UserRepository);
    const breaker = nest.get(ServiceBreaker);
    const expiry = new SignInExpiry(uploads, users, nest.get(LiveUpdates), nest.get(RatePlan));
    newClients = () => new CommonsClients(stores.commons, nest.get(TokenVault), users, config);
    newFinisher = () =>
      new StructuredDataFinisher(
        uploads,
        nest.get(BatchRepository),
        users,
        newClients(),
        sources,
        config,
        breaker,
        expiry,
      );
    newRefresher = () => new TemplateRefresher(uploads, users, newClients(), config, breaker, expiry);
  }, 60_000);

  beforeEach(async () => {
    await nest.get(RedisConnections).shared.flushall();
    await nest
      .get(Database)
      .change("UPDATE upload_requests SET status = 'cancelled', sdc_owed = 0, refresh_owed = 0");
    upstreams.commons.faults.clear();
    upstreams.commons.latencyMs = 0;
    upstreams.commons.log.length = 0;
  });

  afterAll(async () => {
    await dispatcher.destroy();
    await stores.close();
  });

  const publish = async (client: CommonsClient, key: string, filename: string): Promise<void> => {
    const chunk = upstreams.cdn.photo(key);
    const stash = await client.stashChunk({ filename, offset: 0, size: chunk.length, chunk });
    if (stash.kind !== 'stashed') throw new Error(`The file is not stashed: ${stash.kind}`);
    const text = '== {{int:filedesc}} ==';
    await client.commit({ filename, fileKey: stash.fileKey, text, comment: 'test' });
  };

  /** Files of a person who has signed in, on the wiki without what is owed, and one more upload that is queued. */
  const owing = async (
    count: number,
    kind: 'sdc' | 'refresh' = 'sdc',
  ): Promise<{ userid: string; titles: string[]; ids: number[]; queued: number }> => {
    const userid = randomBytes(6).toString('hex');
    const accessToken = nest.get(TokenVault).seal(upstreams.commons.accessToken('Uploader'), userid);
    await nest.get(UserRepository).saveSignIn({ userid, username: 'Uploader', encryptedToken: accessToken });
    const person = await newClients().find(userid, accessToken);
    if (!person) throw new Error('There is nobody');
    const items = Array.from({ length: count + 1 }, () => {
      used += 1;
      const key = idOf(thousand, used);
      return aNewUpload({ key, collection: thousand.id, filename: `Owed ${key}.jpg`, accessToken });
    });
    const { uploads: states } = await aBatch(nest.get(Database), items, userid);
    const ids = states.map(({ id }) => id);
    const queued = ids.pop() ?? 0;
    for (const [index, id] of ids.entries()) {
      const { key = '', filename = '' } = items[index] ?? {};
      await publish(person.client, key, filename);
      await uploads.claim(id, 'w1', new Date(), new Date(Date.now() + 60_000));
      await uploads.checkpoint(id, 'w1', { publishedTitle: `File:${filename}` });
      await uploads.finish(id, 'w1', { status: 'completed', owed: { [kind]: true } });
    }
    upstreams.commons.log.length = 0;
    return { userid, titles: items.slice(0, count).map(({ filename }) => filename), ids, queued };
  };

  const edits = (): number => upstreams.commons.log.filter(({ action }) => action === 'wbeditentity').length;
  const statementsOf = (title: string): number[] =>
    Object.values(upstreams.commons.file(title)?.revisions[0]?.mediaInfo?.statements ?? {}).map(
      (some) => some.length,
    );

  it('is done once where two processes are at it', async () => {
    const { titles, ids } = await owing(4);
    upstreams.commons.latencyMs = 40;
    await Promise.all([newFinisher().finish(), newFinisher().finish()]);
    expect(edits()).toBe(4);
    for (const title of titles) expect(statementsOf(title)).toEqual(Array(10).fill(1));
    for (const id of ids) expect(await uploads.find(id)).toMatchObject({ sdcOwed: false, accessToken: null });
  });

  it('is left alone, without another edit, as soon as the lock is lost', async () => {
    const { ids } = await owing(2);
    const lock = new AbortController();
    upstreams.commons.faults.add({ match: { action: 'wbgetentities' }, delayMs: 300 });
    const ended = newFinisher().finish(lock.signal);
    await waitUntil('a read', () => upstreams.commons.log.some(({ action }) => action === 'wbgetentities'));
    lock.abort(new Error('The lock was lost'));
    await ended;
    expect(edits()).toBe(0);
    for (const id of ids) expect(await uploads.find(id)).toMatchObject({ sdcOwed: true });
  });

  it('waits while the wiki blocks this service', async () => {
    await owing(1);
    await owing(1, 'refresh');
    await nest.get(ServiceBreaker).open('blocked', new Date(Date.now() + 60_000));
    await newFinisher().finish();
    await newRefresher().refresh();
    expect(upstreams.commons.log).toEqual([]);
  });

  it.each([
    ['structured data', 'sdc', () => newFinisher().finish()],
    ['a refresh', 'refresh', () => newRefresher().refresh()],
  ] as const)('of %s ends a sign-in that the wiki refuses', async (_what, kind, chore) => {
    const { userid, ids, queued } = await owing(2, kind);
    upstreams.commons.faults.add({ match: { user: 'Uploader' }, times: 0, error: LOST });
    await chore();
    for (const id of ids) {
      const upload = await uploads.find(id);
      expect(upload).toMatchObject({ status: 'completed', accessToken: null });
      expect(kind === 'sdc' ? upload?.sdcOwed : upload?.refreshOwed).toBe(true);
    }
    expect((await nest.get(UserRepository).find(userid))?.accessToken).toBeNull();
    expect(await uploads.find(queued)).toMatchObject({ status: 'failed', accessToken: null });
    const later = new Date(Date.now() + 3_600_000);
    expect(await uploads.listOwed({ kind, limit: 10, now: later })).toEqual([]);
  });
});
