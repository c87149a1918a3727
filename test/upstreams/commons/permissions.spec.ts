import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { SignedClient } from '../signed-client.js';
import type { CommonsWiki } from './commons-wiki.js';
import { expectLikeRecorded } from './recorded/expect-like-recorded.js';
import { aPhoto, aWiki, uploadOf, WikiUserAgent } from './testing/wiki-under-test.js';

let wiki: CommonsWiki;
let user: WikiUserAgent;

beforeEach(async () => {
  ({ wiki, user } = await aWiki());
});
afterEach(() => wiki.stop());

describe('OAuth, as MediaWiki checks it', () => {
  const userInfo = { meta: 'userinfo' };

  it('takes a right signature once', async () => {
    const oauth_nonce = 'a'.repeat(32);
    expect((await user.query(userInfo, { oauth: { oauth_nonce } })).json).toMatchObject({
      query: { userinfo: { name: 'Uploader' } },
    });
    expectLikeRecorded('oauth-nonce-reused', await user.query(userInfo, { oauth: { oauth_nonce } }));
    const oauth_timestamp = Math.floor(Date.now() / 1000) - 5;
    expectLikeRecorded(
      'oauth-nonce-reused-other-timestamp',
      await user.query(userInfo, { oauth: { oauth_nonce, oauth_timestamp } }),
    );
  });

  it('burns the nonce of a wrong signature', async () => {
    const oauth_nonce = 'b'.repeat(32);
    const oauth_signature = 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=';
    expectLikeRecorded(
      'oauth-bad-signature',
      await user.query(userInfo, { oauth: { oauth_nonce, oauth_signature } }),
    );
    expectLikeRecorded(
      'oauth-badsig-then-good-same-nonce',
      await user.query(userInfo, { oauth: { oauth_nonce } }),
    );
  });

  it('knows its consumers, tokens, methods and the time', async () => {
    const now = Math.floor(Date.now() / 1000);
    const wrong = { oauth_consumer_key: '0'.repeat(32) };
    expectLikeRecorded('oauth-unknown-consumer', await user.query(userInfo, { oauth: wrong }));
    expectLikeRecorded(
      'oauth-unknown-access-token',
      await user.query(userInfo, { oauth: { oauth_token: '0'.repeat(32) } }),
    );
    const other = wiki.oauth.addConsumer({ name: 'Another tool' });
    const foreign = wiki.oauth.grant(other.key, 'Uploader');
    expectLikeRecorded(
      'oauth-token-of-other-consumer',
      await user.query(userInfo, { oauth: { oauth_token: foreign.key } }),
    );
    expectLikeRecorded(
      'oauth-plaintext-method',
      await user.query(userInfo, { oauth: { oauth_signature_method: 'PLAINTEXT' } }),
    );
    expectLikeRecorded('oauth-version-2', await user.query(userInfo, { oauth: { oauth_version: '2.0' } }));
    expectLikeRecorded(
      'oauth-timestamp-expired',
      await user.query(userInfo, { oauth: { oauth_timestamp: now - 302 } }),
    );
    expectLikeRecorded(
      'oauth-timestamp-future',
      await user.query(userInfo, { oauth: { oauth_timestamp: now + 330 } }),
    );
    expectLikeRecorded(
      'oauth-timestamp-5min-minus-5s',
      await user.query(userInfo, { oauth: { oauth_timestamp: now - 295 } }),
    );
    wiki.revokeTokens('Uploader');
    expectLikeRecorded('oauth-unknown-access-token', await user.query(userInfo));
  });

  it('signs the query, never the fields of a multipart form', async () => {
    const post = { formatversion: '2', action: 'query', ...userInfo };
    const files = { x: new Uint8Array(1) };
    expectLikeRecorded(
      'oauth-multipart-fields-signed',
      await user.client.post(post, { files, signFields: true }),
    );
    expectLikeRecorded('oauth-multipart-fields-unsigned-ok', await user.client.post(post, { files }));
    const odd = await user.query({ ...userInfo, titles: "File:A (b) & c=é*~'! ü+.jpg" });
    expect(odd.json).toMatchObject({ query: { pages: [{ missing: true }], userinfo: { name: 'Uploader' } } });
    expectLikeRecorded('oauth-brackets', await user.query({ ...userInfo, titles: 'File:A (b) [c]*!.jpg' }));
  });

  it("refuses another user's session cookie", async () => {
    const cookie = (await user.query(userInfo)).headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(cookie).toMatch(/^sessionJwt=/);
    expect((await user.query(userInfo, { cookie })).headers.has('mediawiki-api-error')).toBe(false);
    const other = await WikiUserAgent.of(wiki, 'Second uploader');
    const refused = await other.query(userInfo, { cookie });
    expect(refused.headers.get('mediawiki-api-error')).toBe('mwoauth-invalid-authorization');
    expect(refused.text).toContain("Invalid 'sessionJwt' cookie");
  });
});

describe('who may do what, as MediaWiki tells it', () => {
  it('wants a token', async () => {
    const params = { filename: 'Tok.jpg', comment: 'c' };
    const file = aPhoto(1);
    expectLikeRecorded(
      'notoken-upload',
      await user.client.post({ formatversion: '2', action: 'upload', ...params }, { files: { file } }),
    );
    expectLikeRecorded('badtoken-upload', await user.upload({ ...params, token: '+\\' }, { file }));
    expectLikeRecorded('badtoken-edit', await user.edit({ title: 'Tok', text: 'x', token: 'bad+\\' }));
    const anonymous = new SignedClient(wiki.apiUrl, wiki.consumer, null);
    expectLikeRecorded(
      'upload-anon',
      await anonymous.post(
        { formatversion: '2', action: 'upload', token: '+\\', ...params },
        { files: { file } },
      ),
    );
    expectLikeRecorded(
      'tokens-csrf-anon',
      await anonymous.get({ formatversion: '2', action: 'query', meta: 'tokens', type: 'csrf' }),
    );
    expectLikeRecorded(
      'assert-user-anon',
      await anonymous.get({ formatversion: '2', action: 'query', meta: 'userinfo', assert: 'user' }),
    );
    wiki.forgetCsrfTokens();
    expectLikeRecorded('badtoken-upload', await user.upload(params, { file }));
  });

  it('stops blocked people and those without the right', async () => {
    const blocked = await WikiUserAgent.of(wiki, 'Blocked');
    const params = { filename: 'Bl.jpg' };
    expectLikeRecorded('blocked-chunk', await blocked.stash(aPhoto(1), params));
    expectLikeRecorded(
      'blocked-upload',
      await blocked.upload({ ...params, comment: 'c' }, { file: aPhoto(1) }),
    );
    expectLikeRecorded('blocked-edit', await blocked.edit({ title: 'Bl', text: 'x' }));
    expectLikeRecorded(
      'blocked-userinfo',
      await blocked.query({ meta: 'userinfo|tokens', uiprop: 'blockinfo|groups', type: 'csrf' }),
    );
    wiki.createUser({ name: 'Reader', editCount: 60, withheldRights: ['upload'] });
    const reader = await WikiUserAgent.of(wiki, 'Reader');
    expectLikeRecorded(
      'upload-without-right',
      await reader.upload({ filename: 'Nr.jpg', comment: 'c' }, { file: aPhoto(1) }),
    );
    wiki.settings.uploadsEnabled = false;
    expectLikeRecorded(
      'upload-disabled',
      await user.upload({ filename: 'Nr.jpg', comment: 'c' }, { file: aPhoto(1) }),
    );
  });

  it('waits while it is read-only or lags', async () => {
    wiki.settings.readOnly = 'The wiki is being tested.';
    expectLikeRecorded('readonly-chunk', await user.stash(aPhoto(1), { filename: 'Ro.jpg' }));
    expectLikeRecorded('readonly-edit', await user.edit({ title: 'Ro', text: 'x' }));
    wiki.settings.readOnly = null;
    wiki.settings.lag = 7.25;
    expectLikeRecorded('maxlag-query', await user.query({ meta: 'siteinfo', maxlag: '5' }));
    expectLikeRecorded('maxlag-edit', await user.edit({ title: 'Lag', text: 'x', maxlag: '5' }));
    expectLikeRecorded(
      'maxlag-upload',
      await user.upload({ filename: 'Lag.jpg', maxlag: '5' }, { file: aPhoto(1) }),
    );
  });

  it('limits commits, not stashes', async () => {
    const limited = await WikiUserAgent.of(wiki, 'Limited');
    wiki.setLimits('Limited', { upload: { user: { hits: 1, seconds: 1 } } });
    expectLikeRecorded(
      'ratelimit-upload-1',
      await limited.upload({ filename: 'Lim 1.jpg', comment: 'c' }, { file: aPhoto(1) }),
    );
    const stashed = await limited.stash(aPhoto(2), { filename: 'Lim 3.jpg' });
    expectLikeRecorded('ratelimit-stash-while-limited', stashed);
    const { filekey } = uploadOf(stashed);
    expectLikeRecorded('ratelimit-commit-limited', await limited.commit(filekey, 'Lim 3.jpg'));
    const waitFor = async (): Promise<string> => {
      for (;;) {
        const answer = await limited.commit(filekey, 'Lim 3.jpg');
        if (answer.headers.get('mediawiki-api-error') === null) return uploadOf(answer).result;
      }
    };
    expect(await waitFor()).toBe('Success');
  });

  it('limits edits', async () => {
    const limited = await WikiUserAgent.of(wiki, 'Limited');
    expectLikeRecorded('ratelimit-edit-1', await limited.edit({ title: 'Lim 0', text: 'x' }));
    await limited.edit({ title: 'Lim 1', text: 'x' });
    expectLikeRecorded('ratelimit-edit-3', await limited.edit({ title: 'Lim 2', text: 'x' }));
  });

  it('turns away requests that do not say who asks', async () => {
    expect((await fetch(`${wiki.apiUrl}?action=query`, { headers: { 'user-agent': '' } })).status).toBe(403);
  });
});
