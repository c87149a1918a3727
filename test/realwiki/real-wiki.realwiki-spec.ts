import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aPhoto, uploadOf } from '../upstreams/commons/testing/wiki-under-test.js';
import { type ApiAnswer, SignedClient } from '../upstreams/signed-client.js';
import { type RealWiki, startRealWiki } from './start-real-wiki.js';

let wiki: RealWiki;

beforeAll(async () => {
  const started = await startRealWiki();
  if ('unavailable' in started) throw new Error(started.unavailable);
  wiki = started;
}, 300_000);
afterAll(() => wiki?.stop());

const clientOf = (user: string): SignedClient =>
  new SignedClient(wiki.apiUrl, wiki.consumer, wiki.tokens[user] ?? null);

describe('the real MediaWiki', () => {
  it('publishes a file sent in chunks with signed requests', async () => {
    const client = clientOf('Uploader');
    const token = await client.csrfToken();
    const file = aPhoto(1);
    const filename = 'Really uploaded.jpg';
    const send = (params: Record<string, string>, chunk?: Uint8Array<ArrayBuffer>): Promise<ApiAnswer> =>
      client.post(
        {
          formatversion: '2',
          errorformat: 'plaintext',
          action: 'upload',
          token,
          filename,
          assertuser: 'Uploader',
          ...params,
        },
        chunk === undefined ? {} : { files: { chunk } },
      );
    const size = { stash: '1', filesize: String(file.length) };
    const first = uploadOf(await send({ ...size, offset: '0' }, file.slice(0, 5000)));
    expect(first).toMatchObject({ result: 'Continue', offset: 5000 });
    const wrong = await send({ ...size, offset: '6000', filekey: first.filekey }, file.slice(6000));
    expect(wrong.json).toMatchObject({
      errors: [{ code: 'stashfailed', data: { offset: '5000' }, module: 'upload' }],
    });
    const last = uploadOf(await send({ ...size, offset: '5000', filekey: first.filekey }, file.slice(5000)));
    const published = uploadOf(await send({ filekey: last.filekey, comment: 'c', text: 't' }));
    expect(published).toMatchObject({ result: 'Success', imageinfo: { size: file.length } });
    const found = await client.get({
      formatversion: '2',
      action: 'query',
      list: 'allimages',
      aisha1: published.imageinfo.sha1,
    });
    expect(found.json).toMatchObject({ query: { allimages: [{ name: 'Really_uploaded.jpg' }] } });
  });

  it('keeps structured data', async () => {
    const client = clientOf('Uploader');
    const token = await client.csrfToken();
    const claim = {
      type: 'statement',
      rank: 'normal',
      mainsnak: { snaktype: 'value', property: 'P1947', datavalue: { type: 'string', value: '123' } },
    };
    const title = 'File:Really uploaded.jpg';
    const data = JSON.stringify({ labels: [{ language: 'en', value: 'A photo' }], claims: [claim] });
    await client.post({
      formatversion: '2',
      action: 'wbeditentity',
      token,
      site: 'commonswiki',
      title,
      data,
    });
    const { entities } = (
      await client.get({
        formatversion: '2',
        action: 'wbgetentities',
        sites: 'commonswiki',
        titles: `${title}|File:Nope.jpg`,
      })
    ).json as { entities: Record<string, unknown> };
    expect(Object.values(entities)).toContainEqual(
      expect.objectContaining({ type: 'mediainfo', labels: { en: { language: 'en', value: 'A photo' } } }),
    );
    expect(entities['-2']).toMatchObject({ missing: '' });
  });

  it('refuses a wrong signature and a used nonce', async () => {
    const client = clientOf('Second uploader');
    const oauth = { oauth_nonce: 'c'.repeat(32) };
    const query = { formatversion: '2', errorformat: 'plaintext', action: 'query', meta: 'userinfo' };
    expect((await client.get(query, { oauth })).json).toMatchObject({
      query: { userinfo: { name: 'Second uploader' } },
    });
    expect((await client.get(query, { oauth })).json).toMatchObject({
      errors: [
        {
          code: 'mwoauth-invalid-authorization',
          text: expect.stringContaining('Nonce already used') as unknown,
        },
      ],
    });
    expect((await client.get(query, { oauth: { oauth_signature: 'x' } })).text).toContain(
      'Invalid signature',
    );
  });

  it('can be configured while it runs', async () => {
    const client = clientOf('Uploader');
    const token = await client.csrfToken();
    await wiki.configure({ wgReadOnly: 'A test.' });
    const answer = await client.post({
      formatversion: '2',
      errorformat: 'plaintext',
      action: 'edit',
      title: 'X',
      text: 'x',
      token,
    });
    expect(answer.json).toMatchObject({ errors: [{ code: 'readonly' }] });
    await wiki.configure({});
  });
});
