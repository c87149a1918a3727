import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CommonsWiki } from '../commons/commons-wiki.js';
import { aPhoto, uploadOf, WikiUserAgent } from '../commons/testing/wiki-under-test.js';
import type { LogEntry } from './stand-in.js';

let wiki: CommonsWiki;
let user: WikiUserAgent;

beforeEach(async () => {
  wiki = new CommonsWiki();
  await wiki.start();
  user = await WikiUserAgent.of(wiki, 'Uploader');
});
afterEach(() => wiki.stop());

const control = async (settings: unknown): Promise<Record<string, unknown>> =>
  (await fetch(`${wiki.url}/_control`, { method: 'POST', body: JSON.stringify(settings) })).json() as Promise<
    Record<string, unknown>
  >;

describe('scripted faults', () => {
  it('hits the nth request of a step only', async () => {
    wiki.faults.add({
      match: { action: 'upload', step: 'chunk' },
      skip: 1,
      error: { code: 'internal_api_error_DBQueryError', info: 'x' },
    });
    const [first, middle] = await user.threeChunks(aPhoto(1), { filename: 'A.jpg' });
    expect(uploadOf(first).result).toBe('Continue');
    expect(middle.json).toMatchObject({ error: { code: 'internal_api_error_DBQueryError' } });
    expect(middle.headers.get('mediawiki-api-error')).toBe('internal_api_error_DBQueryError');
    expect(wiki.faults.pending).toBe(0);
  });

  it('closes the connection before or after a commit took effect', async () => {
    for (const close of ['before', 'after'] as const) {
      const filename = `Lost ${close}.jpg`;
      const { filekey } = uploadOf(await user.stash(aPhoto(close.length), { filename }));
      wiki.faults.add({ match: { step: 'commit' }, close });
      await expect(user.commit(filekey, filename)).rejects.toThrow('fetch failed');
      expect(wiki.file(filename) !== null).toBe(close === 'after');
      expect(wiki.log.at(-1)).toMatchObject({ step: 'commit', status: 0, faulty: true });
    }
  });

  it('answers with any status, with or without having done the work', async () => {
    const { filekey } = uploadOf(await user.stash(aPhoto(3), { filename: 'Gateway.jpg' }));
    wiki.faults.add({
      match: { step: 'commit' },
      applied: true,
      answer: { status: 504, headers: { 'retry-after': '2' }, body: 'Gateway timeout' },
    });
    const answer = await user.commit(filekey, 'Gateway.jpg');
    expect(answer.status).toBe(504);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(wiki.file('Gateway.jpg')).not.toBeNull();
  });

  it('cuts bodies short', async () => {
    await user.publish(aPhoto(4), 'Cut.jpg');
    wiki.faults.add({ match: { action: 'image' }, truncateAfter: 100 });
    const page = wiki.file('Cut.jpg');
    const response = await fetch(wiki.wiki.urls.file(page?.title ?? { ns: 6, name: '', text: '' }));
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
  });
});

describe('the log and the control over HTTP', () => {
  it('tells who asked what, without secrets', async () => {
    await user.publish(aPhoto(5), 'Logged.jpg');
    const log = (await (await fetch(`${wiki.url}/_log`)).json()) as LogEntry[];
    expect(log.map(({ action, step, user: name }) => [action, step, name])).toEqual([
      ['query', 'tokens', 'Uploader'],
      ['upload', 'chunk', 'Uploader'],
      ['upload', 'commit', 'Uploader'],
    ]);
    expect(log[1]?.bytesIn).toBeGreaterThan(aPhoto(5).length);
    expect(JSON.stringify(log)).not.toContain(user.token.slice(0, 16));
  });

  it('counts what is in flight for one user', async () => {
    wiki.latencyMs = 100;
    await Promise.all([1, 2, 3].map(() => user.query({ meta: 'userinfo' })));
    expect(wiki.peakConcurrency('Uploader')).toBe(3);
    wiki.settings.maxConcurrentPerUser = 1;
    const statuses = await Promise.all(
      [1, 2].map(async () => (await user.query({ meta: 'userinfo' })).status),
    );
    expect(statuses.sort()).toEqual([200, 429]);
  });

  it('changes settings', async () => {
    expect(await control({ readOnly: 'maintenance', faults: [{ close: 'before' }] })).toMatchObject({
      pendingFaults: 1,
      settings: { readOnly: 'maintenance' },
    });
    expect(
      await control({
        clearFaults: true,
        accessToken: 'Second uploader',
        createUser: { name: 'Somebody', editCount: 70 },
      }),
    ).toMatchObject({ pendingFaults: 0, accessToken: { userName: 'Second uploader' } });
    expect(wiki.wiki.users.find('Somebody')).toMatchObject({ editCount: 70 });
  });
});
