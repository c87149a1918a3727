import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CategorySource } from '#app/protocol';
import { CommonsWiki } from '../../../../test/upstreams/index.js';
import { CommonsApi } from '../commons-api.js';
import { ReplayServer } from '../recorded/replay-server.js';

const signal = new AbortController().signal;
const FILES = 503;
const NEW = new Date('2026-01-02T03:04:05Z');

const nameOf = (number: number): string => `Street ${number}.jpg`;
const openApi = (origin: string, consumer = { key: 'consumer', secret: 'secret' }): CommonsApi =>
  new CommonsApi({
    apiUrl: `${origin}/w/api.php`,
    indexUrl: `${origin}/w/index.php`,
    userAgent: 'Curator/test (https://curator.example)',
    consumer,
    limiter: { run: (_key, work) => work() },
    delayScale: 0.001,
  });

describe('CategoryClient', () => {
  let wiki: CommonsWiki;
  let api: CommonsApi;
  let source: CategorySource;

  beforeAll(async () => {
    wiki = new CommonsWiki();
    await wiki.start();
    for (let number = 1; number <= FILES; number += 1) {
      wiki.addFile(nameOf(number), '[[Category:Streets]]', { user: 'Uploader', timestamp: NEW });
    }
    wiki.addPage('File:Moved.jpg', '#REDIRECT [[File:Street 1.jpg]] [[Category:Streets]]');
    wiki.addPage('Category:Small streets', '[[Category:Streets]]');
    wiki.addPage('Category:Roads', '{{Category redirect|Streets}}');
    wiki.addPage('Category:Empty', 'Nothing is here.');
    api = openApi(new URL(wiki.apiUrl).origin, wiki.consumer);
    const user = { userid: '1', username: 'Uploader' };
    source = api.categoriesFor(user, wiki.accessToken('Uploader'), ['Category redirect']);
  });

  afterAll(async () => {
    await api.close();
    await wiki.stop();
  });

  it('reads every file once, 500 a request, and leaves out pages without one', async () => {
    const asked = wiki.log.length;
    const first = await source.listFiles('Streets', null, signal);
    const second = await source.listFiles('Streets', first.next, signal);
    expect([first.members.length, second.members.length, second.others, second.next]).toEqual([
      500,
      3,
      1,
      null,
    ]);
    const names = [...first.members, ...second.members].map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(Array.from({ length: FILES }, (_, index) => nameOf(index + 1))));
    expect(wiki.log.length - asked).toBe(2);
    expect(first.members[0]).toEqual({
      pageId: wiki.file(nameOf(1))?.id,
      name: nameOf(1),
      width: 40,
      height: 30,
      size: 1_000,
      mime: 'image/jpeg',
      sha1: wiki.file(nameOf(1))?.versions[0]?.sha1,
      firstUploader: 'Uploader',
      firstUploadedAt: NEW,
      latestUploader: 'Uploader',
      latestUploadedAt: NEW,
    });
  });

  it('tells the first uploader, however many versions there are', async () => {
    const versions = { 'Two.jpg': 2, 'Many.jpg': 25 };
    for (const [name, count] of Object.entries(versions)) {
      for (let version = 0; version < count; version += 1) {
        const timestamp = new Date(NEW.getTime() + version * 1_000);
        wiki.addFile(name, '[[Category:Replaced]]', { user: `User ${version}`, timestamp });
      }
    }
    const { members } = await source.listFiles('Replaced', null, signal);
    expect(
      members.map(({ name, firstUploader, firstUploadedAt, latestUploader }) => [
        name,
        firstUploader,
        firstUploadedAt,
        latestUploader,
      ]),
    ).toEqual([
      ['Two.jpg', 'User 0', NEW, 'User 1'],
      ['Many.jpg', 'User 0', NEW, 'User 24'],
    ]);
  });

  it('finds categories, where they lead to, and what is below them', async () => {
    expect(await source.find('Streets', signal)).toEqual({ files: FILES + 1, redirect: null });
    expect(await source.find('Roads', signal)).toEqual({
      files: 0,
      redirect: { template: 'Category redirect', targets: ['Streets'] },
    });
    expect(await source.find('Empty', signal)).toEqual({ files: 0, redirect: null });
    expect(await source.find('Nowhere', signal)).toBeNull();
    expect((await source.listSubcategories('Streets', null, signal)).members).toEqual(['Small streets']);
    expect(await source.estimateFiles(['Streets', 'Nowhere'], signal)).toBe(FILES + 1);
  });
});

describe('an answer that comes in parts', () => {
  const server = new ReplayServer();

  beforeAll(() => server.start());
  afterAll(() => server.stop());

  it('is put together', async () => {
    const version = (user: string): object => ({
      user,
      timestamp: '2026-01-02T03:04:05Z',
      size: 1,
      width: 2,
      height: 3,
    });
    const first = {
      continue: { iicontinue: 'B.jpg|2026', continue: '||' },
      query: {
        pages: [
          { pageid: 1, title: 'File:A.jpg', imageinfo: [version('A')] },
          { pageid: 2, title: 'File:B.jpg' },
        ],
      },
    };
    const second = {
      batchcomplete: true,
      continue: { gcmcontinue: 'file|43|3', continue: 'gcmcontinue||' },
      query: {
        pages: [
          { pageid: 1, title: 'File:A.jpg' },
          { pageid: 2, title: 'File:B.jpg', imageinfo: [version('B')] },
        ],
      },
    };
    server.replyWith({ body: first }, { body: second });
    const api = openApi(server.origin);
    const token = { key: 'token', secret: 'secret' };
    const source = api.categoriesFor({ userid: '1', username: 'Uploader' }, token, []);
    const { members, others, next } = await source.listFiles('Streets', 'file|41|1', signal);
    expect(members.map(({ name, latestUploader }) => [name, latestUploader])).toEqual([
      ['A.jpg', 'A'],
      ['B.jpg', 'B'],
    ]);
    expect([others, next]).toEqual([0, 'file|43|3']);
    const [, call] = server.calls;
    expect(Object.fromEntries(call?.params ?? [])).toMatchObject({
      gcmcontinue: 'file|41|1',
      iicontinue: 'B.jpg|2026',
      continue: '||',
    });
    await api.close();
  });
});
