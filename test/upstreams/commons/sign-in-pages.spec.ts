import { createHmac } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import OAuth from 'oauth-1.0a';

import type { ApiAnswer } from '../signed-client.js';
import { CommonsWiki } from './commons-wiki.js';
import { expectLikeRecorded, expectTextLikeRecorded } from './recorded/expect-like-recorded.js';

let wiki: CommonsWiki;

beforeEach(async () => {
  wiki = new CommonsWiki();
  await wiki.start();
});
afterEach(() => wiki.stop());

interface Pair {
  key: string;
  secret: string;
}

async function step(
  name: string,
  token: Pair | null,
  extra: Record<string, string> = {},
  { consumer = wiki.consumer, format = '&format=json' }: { consumer?: Pair; format?: string } = {},
): Promise<ApiAnswer> {
  const oauth = new OAuth({
    consumer,
    signature_method: 'HMAC-SHA1',
    hash_function: (base, key) => createHmac('sha1', key).update(base).digest('base64'),
  });
  const url = `${wiki.indexUrl}?title=Special%3AOAuth%2F${name}${format}`;
  const fields = {
    oauth_consumer_key: consumer.key,
    oauth_nonce: oauth.getNonce(),
    oauth_signature_method: 'HMAC-SHA1',
    oauth_timestamp: oauth.getTimeStamp(),
    oauth_version: '1.0',
    ...(token === null ? {} : { oauth_token: token.key }),
    ...extra,
  };
  const signature = oauth.getSignature({ url, method: 'GET', data: {} }, token?.secret ?? '', fields);
  const authorization = oauth.toHeader({ ...fields, oauth_signature: signature }).Authorization;
  const response = await fetch(url, {
    headers: { authorization, 'user-agent': 'CuratorTests/1.0 (https://github.com/)' },
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json' && text.startsWith('{');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
}

const callback = 'http://127.0.0.1:4000/cb?x=1';
const pairOf = (answer: ApiAnswer): Pair => answer.json as Pair;

async function authorize(token: Pair, more = ''): Promise<URL> {
  const response = await fetch(
    `${wiki.indexUrl}?title=Special%3AOAuth%2Fauthorize&oauth_token=${token.key}&oauth_consumer_key=${wiki.consumer.key}${more}`,
    { redirect: 'manual', headers: { 'user-agent': 'Mozilla/5.0' } },
  );
  return new URL(response.headers.get('location') ?? 'about:blank');
}

describe('signing in with OAuth 1.0a', () => {
  it('walks from initiate to identify', async () => {
    const initiated = await step('initiate', null, { oauth_callback: callback });
    expectLikeRecorded('login-initiate', initiated);
    const request = pairOf(initiated);
    const back = await authorize(request, '&user=Second%20uploader');
    expect(back.href.startsWith(`${callback}&oauth_verifier=`)).toBe(true);
    const oauth_verifier = back.searchParams.get('oauth_verifier') ?? '';
    expectLikeRecorded('login-token-bad-verifier', await step('token', request, { oauth_verifier: 'x' }));
    const exchanged = await step('token', request, { oauth_verifier });
    expectLikeRecorded('login-token', exchanged);
    const again = await step('token', request, { oauth_verifier });
    expect(again.json).toMatchObject({ error: 'mwoauthdatastore-request-token-already-used' });
    const identity = await step('identify', pairOf(exchanged), {}, { format: '' });
    const { payload } = await jwtVerify(identity.text, new TextEncoder().encode(wiki.consumer.secret), {
      algorithms: ['HS256'],
      issuer: wiki.url,
      audience: wiki.consumer.key,
    });
    expect(payload).toMatchObject({ username: 'Second uploader', blocked: false, editcount: 300 });
    expect(payload.sub).toBe(String(wiki.wiki.users.get('Second uploader').centralId));
  });

  it('refuses callbacks and consumers it does not know', async () => {
    expectLikeRecorded('login-initiate-no-callback', await step('initiate', null));
    const consumer = { key: '0'.repeat(32), secret: 'x' };
    expectLikeRecorded(
      'login-initiate-bad-consumer',
      await step('initiate', null, { oauth_callback: callback }, { consumer }),
    );
    const strict = wiki.oauth.addConsumer({ callback: 'https://curator.example/' });
    const elsewhere = await step('initiate', null, { oauth_callback: callback }, { consumer: strict });
    expect(elsewhere.json).toMatchObject({ error: 'mwoauth-callback-not-oob-or-prefix' });
  });

  it('answers plainly unless JSON is asked for', async () => {
    const answer = await step('initiate', null, { oauth_callback: callback }, { format: '' });
    expectTextLikeRecorded('login-initiate-format-default', answer.text);
  });
});
