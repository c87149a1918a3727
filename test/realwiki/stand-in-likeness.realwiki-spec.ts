import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { CommonsWiki } from '../upstreams/commons/commons-wiki.js';
import { shapeOf } from '../upstreams/commons/recorded/expect-like-recorded.js';
import { aPhoto, uploadOf } from '../upstreams/commons/testing/wiki-under-test.js';
import { type ApiAnswer, SignedClient } from '../upstreams/signed-client.js';
import { type RealWiki, startRealWiki } from './start-real-wiki.js';

type Answers = Record<string, ApiAnswer>;
type Upload = (params: Record<string, string>, chunk?: Uint8Array<ArrayBuffer>) => Promise<ApiAnswer>;

const BASE = { formatversion: '2', errorformat: 'plaintext' };
const size = (file: Uint8Array): Record<string, string> => ({
  stash: '1',
  filesize: String(file.length),
  ignorewarnings: '1',
});

async function untilDone(upload: Upload, filekey: string): Promise<ApiAnswer> {
  for (;;) {
    const answer = await upload({ checkstatus: '1', filekey, filename: 'Any.jpg' });
    if (uploadOf(answer).result !== 'Poll') return answer;
    await sleep(100);
  }
}

async function uploads(upload: Upload): Promise<Answers> {
  const [one, two] = [aPhoto(1), aPhoto(2)];
  const first = await upload({ ...size(one), filename: 'P.jpg', offset: '0' }, one.slice(0, 3000));
  const { filekey } = uploadOf(first);
  await upload({ ...size(one), filename: 'P.jpg', offset: '3000', filekey }, one.slice(3000, 6000));
  const partial = await upload({ filename: 'Part.jpg', filekey, comment: 'c' });
  expect(uploadOf(partial).imageinfo.size).toBe(3000);
  const stashed = await upload({ ...size(two), filename: 'BLACKLISTED x.jpg', offset: '0' }, two);
  const key = uploadOf(stashed).filekey;
  const blacklisted = await upload({ filename: 'BLACKLISTED x.jpg', filekey: key, comment: 'c' });
  const published = await upload({ filename: 'Ok.jpg', filekey: key, comment: 'c' });
  const again = await upload({ filename: 'Ok.jpg', filekey: key, comment: 'c' });
  const known = await upload({ ...size(two), filename: 'Ok.jpg', offset: '0' }, two);
  const unchanged = await upload({
    filename: 'Ok.jpg',
    filekey: uploadOf(known).filekey,
    comment: 'c',
    ignorewarnings: '1',
  });
  const empty = await upload(
    { stash: '1', filename: 'E.jpg', filesize: '0', offset: '0' },
    new Uint8Array(0),
  );
  const badToken = await upload({ filename: 'E.jpg', filekey: 'x.y', token: 'bad' });
  return { first, partial, stashed, blacklisted, published, again, known, unchanged, empty, badToken };
}

async function asynchronousUploads(upload: Upload): Promise<Answers> {
  const file = aPhoto(3);
  await publish(upload, file, 'Original.jpg');
  const params = { ...size(file), async: '1', filename: 'Async.jpg' };
  const { filekey } = uploadOf(await upload({ ...params, offset: '0' }, file.slice(0, 4000)));
  const last = await upload({ ...params, offset: '4000', filekey }, file.slice(4000));
  const assembled = await untilDone(upload, filekey);
  const commit = { async: '1', filename: 'Async.jpg', filekey: uploadOf(assembled).filekey, comment: 'c' };
  const warned = await upload(commit);
  const queued = await upload({ ...commit, ignorewarnings: '1' });
  return { last, assembled, warned, queued, done: await untilDone(upload, commit.filekey) };
}

async function publish(upload: Upload, file: Uint8Array<ArrayBuffer>, filename: string): Promise<void> {
  const { filekey } = uploadOf(await upload({ ...size(file), filename, offset: '0' }, file));
  await upload({ filename, filekey, comment: 'c' });
}

async function otherRequests(client: SignedClient, token: string): Promise<Answers> {
  const query = { ...BASE, action: 'query' };
  return {
    unknown: await client.get({ ...query, meta: 'tokens', nonsense: '1', other: '2' }),
    badSignature: await client.get({ ...query, meta: 'userinfo' }, { oauth: { oauth_signature: 'AAAA' } }),
    badSha1: await client.get({ ...query, list: 'allimages', aisha1: 'xyz' }),
    forbiddenPage: await client.post({
      ...BASE,
      action: 'edit',
      token,
      title: 'Category:BLACKLISTED',
      text: 'x',
    }),
    purge: await client.post({
      ...BASE,
      action: 'purge',
      titles: 'File:Ok.jpg|File:Nope.jpg',
      forcelinkupdate: '1',
    }),
    tokenInAddress: await client.get({ ...BASE, action: 'edit', token, title: 'X', text: 'x' }),
    unknownAction: await client.post({ ...BASE, action: 'nonsense' }),
  };
}

const shapes = (answers: Answers): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(answers).map(([name, { status, headers, json }]) => [
      name,
      { status, code: headers.get('mediawiki-api-error'), json: shapeOf(json) },
    ]),
  );

describe('the stand-in Commons answers as the real MediaWiki does (errorformat=plaintext)', () => {
  let real: RealWiki;
  const standIn = new CommonsWiki();

  beforeAll(async () => {
    const started = await startRealWiki();
    if ('unavailable' in started) throw new Error(started.unavailable);
    real = started;
    await standIn.start();
  }, 300_000);
  afterAll(async () => {
    await Promise.all([real?.stop(), standIn.stop()]);
  });

  async function onBoth(
    steps: (upload: Upload, client: SignedClient, token: string) => Promise<Answers>,
  ): Promise<[Answers, Answers]> {
    const clients = [
      new SignedClient(real.apiUrl, real.consumer, real.tokens['Uploader'] ?? null),
      new SignedClient(standIn.apiUrl, standIn.consumer, standIn.accessToken('Uploader')),
    ] as const;
    const run = async (client: SignedClient): Promise<Answers> => {
      const token = await client.csrfToken();
      const upload: Upload = (params, chunk) =>
        client.post(
          { ...BASE, action: 'upload', token, ...params },
          chunk === undefined ? {} : { files: { chunk } },
        );
      return steps(upload, client, token);
    };
    return [await run(clients[0]), await run(clients[1])];
  }

  it('to uploads', async () => {
    const [expected, actual] = await onBoth(uploads);
    expect(shapes(actual)).toEqual(shapes(expected));
  });

  it('to asynchronous uploads', async () => {
    const [expected, actual] = await onBoth(asynchronousUploads);
    expect(shapes(actual)).toEqual(shapes(expected));
  }, 60_000);

  it('to other requests', async () => {
    const [expected, actual] = await onBoth((_, client, token) => otherRequests(client, token));
    expect(shapes(actual)).toEqual(shapes(expected));
  });
});
