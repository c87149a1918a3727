import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, UploadRepository, type Database } from '#app/persistence';
import { startApi, type RunningApi } from './sign-in/running-api.js';
import { aBatch, aNewUpload } from './support/an-upload.js';
import { LiveClient } from './support/live-client.js';
import { signIn } from './support/sign-in.js';
import { aPhoto, WikiUserAgent } from './upstreams/commons/testing/wiki-under-test.js';
import { idOf, SAMPLE_SEQUENCES, startUpstreams, type Upstreams } from './upstreams/index.js';

const { demo, thousand } = SAMPLE_SEQUENCES;
const A_DAY_MS = 24 * 60 * 60_000;
const UNKNOWN = 'Could not check which images are already on Commons.';

describe('files of images that were uploaded here', () => {
  let upstreams: Upstreams;
  let api: RunningApi;
  let database: Database;
  let wiki: WikiUserAgent;
  let client: LiveClient;
  let photos = 0;

  beforeAll(async () => {
    upstreams = await startUpstreams();
    upstreams.commons.createUser({ name: 'Somebody', groups: ['bot'], editCount: 5_000 });
    wiki = await WikiUserAgent.of(upstreams.commons, 'Somebody');
    api = await startApi(upstreams.environment);
    database = await openDatabase(api.databaseUrl);
  });

  beforeEach(async () => {
    upstreams.wcqs.lagMs = A_DAY_MS;
    const { cookie } = await signIn(api.origin, 'Uploader');
    client = await LiveClient.connect(api.origin, { cookie });
  });

  afterEach(async () => {
    upstreams.commons.faults.clear();
    upstreams.wcqs.faults.clear();
    await client.close();
  });

  afterAll(async () => {
    await database.close();
    await api.stop();
    await upstreams.stop();
  });

  /** A file on the wiki, with the id of its image as structured data if the query service is to find it. */
  const publish = async (name: string, id?: string): Promise<{ title: string; url: string }> => {
    await wiki.upload({ filename: name, text: '', ignorewarnings: '1' }, { file: aPhoto((photos += 1)) });
    if (id !== undefined) {
      const statement = {
        type: 'statement',
        rank: 'normal',
        mainsnak: { snaktype: 'value', property: 'P1947', datavalue: { type: 'string', value: id } },
      };
      const entity = {
        site: 'commonswiki',
        title: `File:${name}`,
        data: JSON.stringify({ claims: [statement] }),
      };
      await wiki.client.post({ formatversion: '2', action: 'wbeditentity', token: wiki.token, ...entity });
    }
    return { title: `File:${name}`, url: addressOf(name) };
  };
  const addressOf = (name: string): string =>
    `${upstreams.commons.url}/wiki/File:${name.replaceAll(' ', '_')}`;
  const findable = (): void => {
    upstreams.wcqs.lagMs = 0;
  };

  /** A row of an upload that has published this file. */
  const record = async (key: string, file: { title: string; url: string }): Promise<void> => {
    const uploads = new UploadRepository(database);
    const { uploads: states } = await aBatch(database, [aNewUpload({ key })]);
    const id = states[0]?.id ?? 0;
    const now = new Date();
    await uploads.claim(id, 'worker', now, new Date(now.getTime() + 60_000));
    const published = { publishedTitle: file.title, publishedUrl: file.url };
    await uploads.markCommitted(id, 'worker', now, published);
    await uploads.finish(id, 'worker', { status: 'completed', success: file.url });
  };

  /** Opens the sequence and gives the addresses that are shown for one of its images. */
  const existingOf = async (id: string): Promise<string[]> => {
    client.send({ type: 'FETCH_IMAGES', data: demo.id, handler: 'mapillary' });
    const { data } = await client.next('COLLECTION_IMAGES');
    return (data.images[id]?.existing ?? []).map(({ url }) => decodeURIComponent(url));
  };
  const lookUps = (): number =>
    upstreams.commons.log.filter(({ params }) => params['redirects'] !== undefined).length;

  it('are shown at once, although the query service does not know them yet', async () => {
    const id = idOf(demo, 0);
    await record(id, await publish('Just now.jpg', id));
    expect(await existingOf(id)).toEqual([addressOf('Just now.jpg')]);
    expect(await existingOf(idOf(demo, 1))).toEqual([]);
  });

  it('are shown once when the query service knows them too, and then nobody asks the wiki', async () => {
    const id = idOf(demo, 2);
    await record(id, await publish('Known to both.jpg', id));
    findable();
    const before = lookUps();
    const shown = await existingOf(id);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatch(/File:Known_to_both\.jpg$/);
    // The first of all images, which the query service knows by now as well.
    expect(lookUps()).toBe(before);
  });

  it('are shown by the title that they have now', async () => {
    const id = idOf(demo, 3);
    await record(id, await publish('Old title.jpg', id));
    upstreams.commons.renameFile('Old title.jpg', 'New title.jpg');
    expect(await existingOf(id)).toEqual([addressOf('New title.jpg')]);
    findable();
    expect(await existingOf(id)).toEqual([addressOf('New title.jpg')]);
  });

  it('are not shown any more when they were deleted', async () => {
    const id = idOf(demo, 4);
    await record(id, await publish('Deleted.jpg'));
    expect(await existingOf(id)).toEqual([addressOf('Deleted.jpg')]);
    upstreams.commons.deleteFile('Deleted.jpg');
    expect(await existingOf(id)).toEqual([]);
  });

  it('are shown while the query service is down, which is told as well', async () => {
    const id = idOf(demo, 5);
    await record(id, await publish('Query service down.jpg'));
    upstreams.wcqs.faults.add({ times: 0, answer: { status: 503 } });
    expect(await existingOf(id)).toEqual([addressOf('Query service down.jpg')]);
    expect((await client.next('ERROR')).data).toBe(UNKNOWN);
  });

  it('are shown unchecked while the wiki cannot be asked', async () => {
    const id = idOf(demo, 6);
    const file = await publish('Wiki down.jpg');
    await record(id, file);
    upstreams.commons.faults.add({ match: { step: 'imageinfo' }, times: 0, answer: { status: 503 } });
    expect(await existingOf(id)).toContain(file.url);
    upstreams.commons.faults.clear();
    upstreams.commons.revokeTokens('Uploader');
    expect(await existingOf(id)).toContain(file.url);
    expect(client.framesOf('ERROR')).toEqual([]);
  });

  it('are shown in collections that come in batches, with few requests to the wiki', async () => {
    const id = idOf(thousand, 950);
    await record(id, await publish('One of a thousand.jpg'));
    const before = lookUps();
    client.send({ type: 'FETCH_IMAGES', data: thousand.id, handler: 'mapillary' });
    const { data: ids } = await client.next('COLLECTION_IMAGE_IDS');
    const shown = new Map<string, string[]>();
    while (shown.size < ids.length) {
      const { data } = await client.next('PARTIAL_COLLECTION_IMAGES');
      for (const { id: image, existing } of data.images) {
        shown.set(
          image,
          existing.map(({ url }) => decodeURIComponent(url)),
        );
      }
    }
    expect([...shown].filter(([, existing]) => existing.length > 0)).toEqual([
      [id, [addressOf('One of a thousand.jpg')]],
    ]);
    expect(lookUps()).toBe(before + 1);
  });
});
