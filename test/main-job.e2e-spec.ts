import type { MediaImage } from '#app/protocol';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readGolden, renderStatements } from './golden/render-statements.js';
import type { LiveClient } from './support/live-client.js';
import { queryRows } from './support/query-rows.js';
import { redisTexts } from './support/redis-texts.js';
import { Stack } from './support/stack.js';
import {
  anItem,
  createBatch,
  listUploads,
  openCollection,
  watchToTheEnd,
  type Item,
} from './support/upload-collection.js';
import { type LogEntry, type Page, SAMPLE_SEQUENCES } from './upstreams/index.js';

const FOUR_MIB = 4 * 1024 * 1024;
const REQUESTS_A_PHOTO = 6;
const REQUESTS_AT_ONCE = 3;
const STATEMENTS = ['P170', 'P1947', 'P1433', 'P571', 'P7482', 'P1259', 'P2049', 'P2048'];
const LICENCE_STATEMENTS = ['P6216', 'P275'];

describe('the main job', () => {
  let stack: Stack;
  let client: LiveClient;
  let images: MediaImage[];
  let items: Item[];
  let batchid: number;
  let requests: LogEntry[];

  /** The first item leaves its licence to the wikitext. */
  beforeAll(async () => {
    stack = await Stack.start({
      environment: { RETRY_DELAY_SCALE: '0.01', RECONCILE_INTERVAL_SECONDS: '1' },
    });
    stack.upstreams.wcqs.lagMs = 24 * 60 * 60_000;
    client = await stack.connect();
    const collection = await openCollection(client, SAMPLE_SEQUENCES.demo.id);
    images = collection.images;
    items = images.map((image, index) =>
      anItem(image, collection.sequenceId, { copyright_override: index === 0 }),
    );
    const before = stack.upstreams.commons.log.length;
    batchid = await createBatch(client, items);
    await watchToTheEnd(client, batchid);
    requests = stack.upstreams.commons.log.slice(before);
  }, 120_000);

  afterAll(async () => {
    await stack.stop();
  });

  const pageOf = ({ title }: Item): Page => {
    const page = stack.upstreams.commons.file(title);
    if (page === null) throw new Error(`There is no file ${title}`);
    return page;
  };

  it('uploads every image of a sequence and tells so', async () => {
    const { batch, uploads } = await listUploads(client, batchid);
    expect(items).toHaveLength(24);
    expect(batch.stats).toMatchObject({ total: 24, completed: 24 });
    expect(stack.upstreams.commons.uploads).toHaveLength(24);
    for (const item of items) {
      const upload = uploads.find(({ key }) => key === item.id);
      expect(upload).toMatchObject({ status: 'completed', filename: item.title });
    }
  });

  it('publishes the bytes and the wikitext as they were given', () => {
    const { cdn } = stack.upstreams;
    for (const item of items) {
      const page = pageOf(item);
      expect(page.versions[0]?.sha1).toBe(createHash('sha1').update(cdn.photo(item.id)).digest('hex'));
      expect(page.revisions[0]?.text).toBe(item.wikitext);
    }
  });

  it('says in every edit summary what it is and where to find the batch', async () => {
    const { commons } = stack.upstreams;
    const [batch] = await queryRows(
      stack.stores.databaseUrl,
      'SELECT edit_group_id AS editGroup FROM batches WHERE id = ?',
      [batchid],
    );
    const editGroup = String(batch?.['editGroup']);
    expect(editGroup).toMatch(/^[0-9a-f]{12}$/);
    for (const item of items) {
      const summary =
        `Uploaded via Curator from Mapillary image ${item.id} (batch ${batchid}) ` +
        `([[:toolforge:editgroups-commons/b/curator/${editGroup}|details]])`;
      const { title } = pageOf(item);
      expect(commons.uploads.find((upload) => upload.title === title.text)?.comment).toBe(summary);
      const edits = commons.edits.filter((edit) => edit.title === title.text);
      expect(edits.map(({ comment }) => comment)).toEqual([summary, summary]);
    }
  });

  it('adds the caption and the statements, without the licence where the wikitext speaks for itself', () => {
    for (const [index, item] of items.entries()) {
      const image = images[index];
      const info = pageOf(item).revisions[0]?.mediaInfo;
      const statements = info?.statements ?? {};
      const valueOf = (property: string): unknown => statements[property]?.[0]?.mainsnak.datavalue?.value;
      expect(info?.labels).toEqual({ en: { language: 'en', value: `Street ${item.id}` } });
      expect(Object.keys(statements).sort()).toEqual(
        [...STATEMENTS, ...(index === 0 ? [] : LICENCE_STATEMENTS)].sort(),
      );
      expect(statements['P170']?.[0]?.mainsnak.snaktype).toBe('somevalue');
      expect(Object.keys(statements['P170']?.[0]?.qualifiers ?? {}).sort()).toEqual(['P13988', 'P2093']);
      expect(Object.keys(statements['P7482']?.[0]?.qualifiers ?? {}).sort()).toEqual(['P137', 'P973']);
      expect(Object.keys(statements['P1259']?.[0]?.qualifiers ?? {})).toEqual(['P7787']);
      expect(valueOf('P1947')).toBe(item.id);
      expect(valueOf('P1433')).toMatchObject({ id: 'Q26757498' });
      expect(valueOf('P7482')).toMatchObject({ id: 'Q74228490' });
      expect(valueOf('P571')).toMatchObject({ time: '+2024-05-17T00:00:00Z', precision: 11 });
      expect(valueOf('P1259')).toMatchObject({
        latitude: image?.location.latitude,
        longitude: image?.location.longitude,
      });
      expect(valueOf('P2049')).toMatchObject({ amount: `+${image?.dimensions.width}` });
      expect(valueOf('P2048')).toMatchObject({ amount: `+${image?.dimensions.height}` });
      if (index === 0) continue;
      expect(valueOf('P6216')).toMatchObject({ id: 'Q50423863' });
      expect(valueOf('P275')).toMatchObject({ id: 'Q18199165' });
    }
  });

  it('writes the statements that files from Mapillary are to have, neither more nor less', async () => {
    const golden = await readGolden('mapillary.txt');
    const written = items
      .slice(0, golden.size)
      .map((item) => renderStatements(pageOf(item).revisions[0]?.mediaInfo?.statements ?? {}));
    expect(written).toEqual([...golden.values()]);
  });

  it('shows what was uploaded as existing, although the query service does not know it yet', async () => {
    const { images: again } = await openCollection(client, SAMPLE_SEQUENCES.demo.id);
    const { uploads } = await listUploads(client, batchid);
    for (const { id, existing } of again) {
      expect(existing).toEqual([{ url: uploads.find(({ key }) => key === id)?.success }]);
    }
  });

  it('gives addresses that open the file pages', async () => {
    const { uploads } = await listUploads(client, batchid);
    for (const { success, filename } of uploads) {
      const answer = await fetch(success ?? '');
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain(filename);
    }
  });

  it('needs few requests to the wiki, and few at once', () => {
    const { commons } = stack.upstreams;
    expect(commons.peakConcurrency('Uploader')).toBeLessThanOrEqual(REQUESTS_AT_ONCE);
    expect(requests.length / items.length).toBeLessThanOrEqual(REQUESTS_A_PHOTO);
    const small = items.filter((item) => (pageOf(item).versions[0]?.size ?? Infinity) <= FOUR_MIB);
    expect(small.length).toBeGreaterThan(10);
    for (const item of small) {
      const { id, title, versions } = pageOf(item);
      const names = new Set([item.title, title.text, `M${id}`, versions[0]?.sha1]);
      const own = requests.filter(({ params }) => Object.values(params).some((value) => names.has(value)));
      expect(own.length).toBeLessThanOrEqual(REQUESTS_A_PHOTO);
      expect(own.filter(({ step }) => step === 'chunk')).toHaveLength(1);
    }
  });

  it('keeps no access token of an upload that has ended', async () => {
    const rows = await queryRows(
      stack.stores.databaseUrl,
      'SELECT id, access_token AS token FROM upload_requests WHERE batchid = ?',
      [batchid],
    );
    expect(rows).toHaveLength(24);
    expect(rows.filter((row) => row['token'] !== null)).toEqual([]);
  });

  it('lets no secret into logs, Redis or the WebSocket', async () => {
    const { oauth, consumer } = stack.upstreams.commons;
    const cookie = await stack.cookieOf();
    const secrets = [
      ...[...oauth.accessTokens.values()].flatMap(({ key, secret }) => [key, secret]),
      consumer.secret,
      ...cookie.split('; ').map((pair) => pair.slice(pair.indexOf('=') + 1)),
    ];
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    const logs = [...stack.apis, ...stack.workers].flatMap((app) => app.logs);
    const told = client.frames.map((frame) => JSON.stringify(frame));
    const kept = await redisTexts(stack.stores.redisUrl);
    for (const texts of [logs, told, kept]) {
      expect(texts.length).toBeGreaterThan(0);
      for (const secret of secrets) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});
