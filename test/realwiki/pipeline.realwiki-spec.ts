import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MediaImage } from '#app/protocol';
import { Browser } from '../sign-in/browser.js';
import { LiveClient } from '../support/live-client.js';
import { Stack } from '../support/stack.js';
import {
  anItem,
  createBatch,
  type Item,
  listUploads,
  openCollection,
  watchToTheEnd,
} from '../support/upload-collection.js';
import { SAMPLE_SEQUENCES, SignedClient } from '../upstreams/index.js';
import { type RealWiki, startRealWiki } from './start-real-wiki.js';

const API_KEY = 'only for tests';
const USER = 'Uploader';
const CHUNK_BYTES = 1024 * 1024;
/** Larger files are published by the wiki's jobs. */
const ASYNC_BYTES = 10 * 1024 * 1024;

interface FilePage {
  title: string;
  imageinfo: { size: number; sha1: string; user: string; comment: string }[];
  revisions: { slots: { main: { content: string } }; comment: string; user: string }[];
}

describe('uploads to a real MediaWiki', () => {
  let wiki: RealWiki;
  let stack: Stack;
  let client: LiveClient;
  let images: MediaImage[];

  beforeAll(async () => {
    const started = await startRealWiki();
    if ('unavailable' in started) throw new Error(started.unavailable);
    wiki = started;
    const token = wiki.tokens[USER];
    if (token === undefined) throw new Error(`The wiki has no ${USER}`);
    stack = await Stack.start({
      environment: {
        COMMONS_API_URL: wiki.apiUrl,
        CURATOR_OAUTH1_KEY: wiki.consumer.key,
        CURATOR_OAUTH1_SECRET: wiki.consumer.secret,
        X_USERNAME: USER,
        X_API_KEY: API_KEY,
        X_OAUTH_ACCESS_KEY: token.key,
        X_OAUTH_ACCESS_SECRET: token.secret,
        MIN_EDIT_COUNT: '0',
        UPLOAD_CHUNK_SIZE: String(CHUNK_BYTES),
        RECONCILE_INTERVAL_SECONDS: '1',
      },
    });
    // Extension:OAuth is not part of Debian: the stand-in says whom the real wiki's token belongs to.
    const { oauth } = stack.upstreams.commons;
    oauth.addConsumer(wiki.consumer);
    oauth.grant(wiki.consumer.key, USER, token.key, token.secret);
    const browser = new Browser(stack.api.url);
    const answer = await browser.go('/auth/register', { method: 'POST', headers: { 'x-api-key': API_KEY } });
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ username: USER })]);
    client = await LiveClient.connect(stack.api.url, { cookie: browser.cookie });
    ({ images } = await openCollection(client, SAMPLE_SEQUENCES.demo.id));
  }, 300_000);

  afterAll(async () => {
    await client?.close();
    await stack?.stop();
    await wiki?.stop();
  });

  async function upload(items: readonly Item[]) {
    const batchid = await createBatch(client, items);
    await watchToTheEnd(client, batchid, 240_000);
    return listUploads(client, batchid);
  }

  const ask = async (params: Record<string, string>): Promise<unknown> => {
    const asked = { formatversion: '2', errorformat: 'plaintext', ...params };
    return (await new SignedClient(wiki.apiUrl, wiki.consumer, wiki.tokens[USER] ?? null).get(asked)).json;
  };

  async function filePage(filename: string): Promise<FilePage | undefined> {
    const answer = (await ask({
      action: 'query',
      titles: `File:${filename}`,
      prop: 'imageinfo|revisions',
      iiprop: 'size|sha1|user|comment',
      rvprop: 'content|comment|user',
      rvslots: 'main',
    })) as { query: { pages: FilePage[] } };
    return answer.query.pages[0];
  }

  /** What the wiki has to show of a file whose bytes these are. */
  async function expectArrived(item: Item, bytes: Buffer): Promise<void> {
    const page = await filePage(item.title);
    const summary = expect.stringMatching(
      new RegExp(
        `^Uploaded via Curator from Mapillary image ${item.id} \\(batch \\d+\\) \\(\\[\\[:toolforge:editgroups-commons/b/curator/[0-9a-f]{12}\\|details\\]\\]\\)$`,
      ),
    ) as unknown;
    expect(page).toMatchObject({
      title: `File:${item.title}`,
      imageinfo: [
        {
          size: bytes.length,
          sha1: createHash('sha1').update(bytes).digest('hex'),
          user: USER,
          comment: summary,
        },
      ],
    });
    expect(page?.revisions.at(-1)).toMatchObject({
      slots: { main: { content: item.wikitext } },
      user: USER,
      comment: summary,
    });
  }

  const photo = (id: string): Buffer => stack.upstreams.cdn.photo(id);

  it('publishes photographs in one chunk and in several, with their structured data', async () => {
    const chosen = images.slice(0, 3);
    const items = chosen.map((image) => anItem(image, SAMPLE_SEQUENCES.demo.id));
    expect(Math.max(...chosen.map(({ id }) => photo(id).length))).toBeGreaterThan(2 * CHUNK_BYTES);
    const { uploads } = await upload(items);
    for (const item of items) {
      expect(uploads.find(({ key }) => key === item.id)).toMatchObject({
        status: 'completed',
        success: expect.stringContaining(item.title.replaceAll(' ', '_')) as unknown,
      });
      await expectArrived(item, photo(item.id));
      const { entities } = (await ask({
        action: 'wbgetentities',
        sites: 'commonswiki',
        titles: `File:${item.title}`,
      })) as { entities: Record<string, unknown> };
      expect(Object.values(entities)).toEqual([
        expect.objectContaining({
          labels: { en: { language: 'en', value: `Street ${item.id}` } },
          statements: expect.objectContaining({ P1947: [expect.anything()] }) as unknown,
        }),
      ]);
    }
  }, 300_000);

  it('publishes a large file, which the wiki does in its own time', async () => {
    const { images: large } = await openCollection(client, SAMPLE_SEQUENCES.large.id);
    const items = large.map((image) => anItem(image, SAMPLE_SEQUENCES.large.id));
    const { uploads } = await upload(items);
    expect(uploads).toMatchObject([{ status: 'completed' }]);
    for (const item of items) {
      const picture = photo(item.id);
      const bytes = Buffer.concat([picture, Buffer.alloc(9 * 1024 * 1024, 0x5a)]);
      expect(bytes.length).toBeGreaterThan(ASYNC_BYTES);
      await expectArrived(item, bytes);
    }
  }, 300_000);

  it('finds the file that the wiki has under another name', async () => {
    const [image] = images;
    if (image === undefined) throw new Error('The collection is empty');
    const again = anItem(image, SAMPLE_SEQUENCES.demo.id, { title: `Once more ${image.id}.jpg` });
    const { uploads } = await upload([again]);
    expect(uploads).toMatchObject([
      {
        status: 'duplicated_sdc_not_updated',
        error: { links: [{ title: `File:Street view ${image.id}.jpg` }] },
      },
    ]);
    expect(await filePage(again.title)).toMatchObject({ missing: true });
  }, 120_000);

  it('publishes nothing under a title that the wiki forbids', async () => {
    const image = images[5];
    if (image === undefined) throw new Error('The collection is too short');
    const forbidden = anItem(image, SAMPLE_SEQUENCES.demo.id, { title: `BLACKLISTED ${image.id}.jpg` });
    const { uploads } = await upload([forbidden]);
    expect(uploads).toMatchObject([{ status: 'failed', error: { type: 'title_blacklisted' } }]);
    expect(await filePage(forbidden.title)).toMatchObject({ missing: true });
  }, 120_000);
});
