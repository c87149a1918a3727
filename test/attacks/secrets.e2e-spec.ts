import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXPORT_FORMATS } from '#app/protocol';
import { Browser, locationOf } from '../sign-in/browser.js';
import { databaseTexts } from '../support/database-texts.js';
import { ExportClient } from '../support/export-client.js';
import { LiveClient, UpgradeRefused } from '../support/live-client.js';
import { OtlpCollector } from '../support/otlp-collector.js';
import { RedisListener } from '../support/redis-listener.js';
import { redisTexts } from '../support/redis-texts.js';
import { allowAccess } from '../support/sign-in.js';
import { Stack } from '../support/stack.js';
import {
  anItem,
  createBatch,
  listUploads,
  openCollection,
  watchToTheEnd,
} from '../support/upload-collection.js';
import { waitUntil } from '../support/wait-until.js';
import { SAMPLE_ROLLS, SAMPLE_SEQUENCES } from '../upstreams/index.js';

const { harbour } = SAMPLE_ROLLS;
const ALBUM = `https://www.flickr.com/photos/${harbour.owner.alias}/albums/${harbour.album}/`;
const WRONG_TOKEN = `cur_${randomBytes(32).toString('base64url')}`;
const SERVICE_KEY = randomBytes(24).toString('base64url');
const COLLECTOR_KEY = randomBytes(24).toString('base64url');
const ENCRYPTION_KEY = randomBytes(32).toString('base64');

/** Everything that happens goes wrong once, with an answer that repeats all that was sent. */
describe('the secrets of a whole run', () => {
  let stack: Stack;
  let redis: RedisListener;
  let collector: OtlpCollector;
  let directory: string;
  let client: LiveClient;
  let byToken: LiveClient;
  let apiToken: string;
  let batchid: number;
  const exported: string[] = [];
  /** What people and scripts held, beside what the stand-ins were shown. */
  const held: string[] = [ENCRYPTION_KEY, SERVICE_KEY, WRONG_TOKEN, COLLECTOR_KEY];

  const hold = (browser: Browser): void => {
    for (const pair of browser.cookie.split('; ')) {
      const value = pair.slice(pair.indexOf('=') + 1);
      held.push(value, decodeURIComponent(value), decodeURIComponent(value).replace(/^s:|\..*$/g, ''));
    }
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'curator-secrets-'));
    collector = await OtlpCollector.start();
    redis = await RedisListener.start(String(process.env['TEST_REDIS_URL']));
    stack = await Stack.start({
      environment: {
        LOG_LEVEL: 'debug',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${COLLECTOR_KEY}`,
        TOKEN_ENCRYPTION_KEYS: `test:${ENCRYPTION_KEY}`,
        X_API_KEY: SERVICE_KEY,
        X_USERNAME: 'Uploader',
        X_OAUTH_ACCESS_KEY: 'wrong-access-key',
        X_OAUTH_ACCESS_SECRET: 'wrong-access-secret',
        EXPORT_DIR: directory,
        RETRY_DELAY_SCALE: '0.01',
        RECONCILE_INTERVAL_SECONDS: '1',
      },
    });
    await signInWrongly();
    const browser = new Browser(stack.api.url);
    browser.cookie = await stack.cookieOf();
    hold(browser);
    client = await stack.connect();
    await uploadFromMapillary();
    await uploadFromFlickr();
    await useTokens(browser);
    await exportAll();
  }, 180_000);

  afterAll(async () => {
    redis.stop();
    await stack.stop();
    await collector.stop();
    await rm(directory, { recursive: true });
  });

  /** A verifier of somebody else, a wiki that echoes, a key that is not the service user's, and one that is. */
  const signInWrongly = async (): Promise<void> => {
    const browser = new Browser(stack.api.url);
    const back = new URL(await allowAccess(locationOf(await browser.go('/auth/login')), 'Uploader'));
    hold(browser);
    held.push(String(back.searchParams.get('oauth_verifier')));
    back.searchParams.set('oauth_verifier', 'f'.repeat(32));
    expect((await browser.go(back.href)).status).toBeGreaterThanOrEqual(400);

    const { commons } = stack.upstreams;
    commons.faults.add({
      match: { path: '/w/index.php' },
      answer: { status: 500, body: 'Oops' },
      echoes: true,
    });
    expect((await browser.go('/auth/login')).status).toBeGreaterThanOrEqual(500);
    for (const key of ['guessed-key-guessed-key', SERVICE_KEY]) {
      const answer = await browser.go('/auth/register', { method: 'POST', headers: { 'x-api-key': key } });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  };

  const uploadFromMapillary = async (): Promise<void> => {
    const { commons, mapillary, cdn } = stack.upstreams;
    mapillary.faults.add({ error: { code: '190', info: 'Bad request:' }, echoes: true });
    client.send({ type: 'FETCH_IMAGES', data: SAMPLE_SEQUENCES.demo.id, handler: 'mapillary' });
    await client.next(['ERROR', 'COLLECTION_IMAGES', 'TRY_BATCH_RETRIEVAL']);
    const { images, sequenceId } = await openCollection(client, SAMPLE_SEQUENCES.demo.id);
    const echo = (code: string) => ({ error: { code, info: 'This was sent:' }, echoes: true });
    commons.faults.add(
      { match: { action: 'upload', step: 'commit' }, ...echo('readonly') },
      { match: { action: 'upload', step: 'commit' }, ...echo('abusefilter-disallowed') },
      { match: { action: 'upload', step: 'chunk' }, ...echo('internal_api_error_DBQueryError') },
      { match: { action: 'wbeditentity' }, ...echo('failed-save') },
      { match: { action: 'query' }, skip: 3, answer: { status: 502, body: 'Bad gateway' }, echoes: true },
    );
    cdn.faults.add({ answer: { status: 403, body: 'URL signature mismatch' }, echoes: true });
    batchid = await createBatch(
      client,
      images.slice(0, 5).map((image) => anItem(image, sequenceId)),
    );
    await watchToTheEnd(client, batchid);
  };

  const uploadFromFlickr = async (): Promise<void> => {
    const { flickr } = stack.upstreams;
    client.send({ type: 'FETCH_IMAGES', data: ALBUM, handler: 'flickr' });
    const { data } = await client.next('COLLECTION_IMAGES');
    const items = Object.values(data.images)
      .slice(0, 2)
      .map((image) => anItem(image, ALBUM));
    const batch = (await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED')).data;
    flickr.faults.add({ answer: { status: 500, body: 'Oops' }, echoes: true });
    const slice = { batchid: batch, sliceid: 0, handler: 'flickr' as const, items };
    await client.ask({ type: 'UPLOAD_SLICE', data: slice }, 'UPLOAD_SLICE_ACK');
    await watchToTheEnd(client, batch);
  };

  /** A right and a wrong one, on both doors, and one where none belongs. */
  const useTokens = async (browser: Browser): Promise<void> => {
    const made = await browser.go('/api/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Script', scopes: ['read', 'upload'] }),
    });
    apiToken = ((await made.json()) as { token: string }).token;
    held.push(apiToken);
    byToken = await LiveClient.connect(stack.api.url, { authorization: `Bearer ${apiToken}` });
    await listUploads(byToken, batchid);
    byToken.sendText(JSON.stringify({ type: 'NOTHING', data: apiToken }));
    await byToken.next('ERROR');
    for (const token of [apiToken, WRONG_TOKEN]) {
      const headers = { authorization: `Bearer ${token}` };
      await fetch(`${stack.api.url}/api/batches?token=${token}`, { headers });
      await fetch(`${stack.api.url}/api/${token}/access_token=${token}`, { headers });
    }
    const refused = LiveClient.connect(stack.api.url, { authorization: `Bearer ${WRONG_TOKEN}` });
    await expect(refused).rejects.toThrow(UpgradeRefused);
  };

  const exportAll = async (): Promise<void> => {
    const exporter = new ExportClient(stack);
    for (const wanted of [{ kind: 'batch', id: batchid }, { kind: 'failed_uploads' }]) {
      for (const format of EXPORT_FORMATS) {
        const { path, status } = await exporter.make({ ...wanted, format });
        expect([format, status]).toEqual([format, 'complete']);
        exported.push(await exporter.text(path));
      }
    }
    const names = (await readdir(directory)).filter((name) => !name.startsWith('.'));
    for (const name of names) exported.push(await readFile(join(directory, name), 'utf8'));
  };

  const secrets = (): readonly string[] => {
    const { commons, mapillary, flickr, wcqs, wikidata, cdn, geocoding } = stack.upstreams;
    const shown = [commons, mapillary, flickr, wcqs, wikidata, cdn, geocoding].flatMap(({ credentials }) => [
      ...credentials,
    ]);
    const granted = [...commons.oauth.accessTokens.values(), ...commons.oauth.requestTokens.values()];
    const all = [
      ...held,
      ...shown,
      ...granted.flatMap(({ key, secret }) => [key, secret]),
      commons.consumer.secret,
      mapillary.token,
      flickr.key,
      wcqs.oauthToken,
    ];
    return [...new Set(all)].filter(({ length }) => length >= 8);
  };

  const expectNone = (texts: readonly string[], more: readonly string[] = []): void => {
    expect(texts.length).toBeGreaterThan(0);
    const whole = texts.join('\n');
    const found = [...secrets(), ...more].filter((secret) => whole.includes(secret));
    const where = found.map((secret) => texts.find((text) => text.includes(secret))?.slice(0, 2_000));
    expect([found, where]).toEqual([[], []]);
  };

  it('are many, and were echoed by every service', () => {
    const { commons, mapillary, flickr, cdn } = stack.upstreams;
    expect(secrets().length).toBeGreaterThan(30);
    for (const one of [commons, mapillary, flickr, cdn]) {
      expect([one.constructor.name, one.faults.pending]).toEqual([one.constructor.name, 0]);
      expect(one.faults.used.some(({ echoes }) => echoes)).toBe(true);
    }
    // The tokens of CSRF, and the cookies of the wiki.
    expect(secrets().some((secret) => secret.endsWith('+\\'))).toBe(true);
    expect(secrets().some((secret) => secret.startsWith('eyJ'))).toBe(true);
  });

  it('are in no line of any log, nor are the signatures of addresses', () => {
    const signatures = stack.upstreams.cdn.log.flatMap(({ params }) => params['oh'] ?? []);
    expect(signatures.length).toBeGreaterThan(3);
    expectNone(
      [...stack.apis, ...stack.workers].flatMap(({ logs }) => logs),
      signatures,
    );
  });

  it('are in nothing that is said to Redis or stays there: sessions, jobs, results, live updates', async () => {
    expect(redis.heard.some((text) => text.includes('"uploadId"'))).toBe(true);
    expectNone(redis.heard);
    expectNone(await redisTexts(stack.stores.redisUrl));
  });

  it('are in no frame, also where a failure is told', async () => {
    const { uploads } = await listUploads(client, batchid);
    const failures = uploads.flatMap(({ error }) => error?.message ?? []);
    expect(failures.filter((message) => message.includes('[secret]'))).not.toEqual([]);
    expectNone([...client.frames, ...byToken.frames].map((frame) => JSON.stringify(frame)));
  });

  it('are in no span of a trace', async () => {
    await waitUntil('spans that tell of failures', () => collector.spans.some(({ isError }) => isError));
    expectNone(collector.bodies);
  });

  it('are in no export', () => {
    expect(exported.some((text) => text.includes('[secret]'))).toBe(true);
    expectNone(exported);
  });

  it('are in no column of the database', async () => {
    const texts = await databaseTexts(stack.stores.databaseUrl);
    expect(texts.some((text) => text.startsWith('api_tokens '))).toBe(true);
    expectNone(texts);
  });

  it('leave lines that are objects, with the ids of what they are about', async () => {
    const parse = (): Record<string, unknown>[] =>
      [...stack.apis, ...stack.workers].flatMap(({ logs }) =>
        logs.map((line) => JSON.parse(line) as Record<string, unknown>),
      );
    const told = (...names: string[]): Promise<boolean> =>
      waitUntil(`a line with ${names.join(', ')}`, () =>
        parse().some((line) => names.every((name) => line[name] !== undefined)),
      );
    await told('request_id', 'ms');
    await told('request_id', 'connection_id', 'userid', 'batch_id', 'trace_id');
    await told('upload_id', 'batch_id', 'userid', 'trace_id');
    await told('job_id', 'userid', 'trace_id');
    await told('chore');
    for (const line of parse()) {
      expect(line).toMatchObject({
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: expect.stringMatching(/^(trace|debug|info|warn|error|fatal)$/),
        app: expect.stringMatching(/^(api|worker)$/),
        msg: expect.anything(),
      });
    }
  });
});
