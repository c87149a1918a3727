import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { CommonsWiki } from './commons-wiki.js';
import { expectLikeRecorded } from './recorded/expect-like-recorded.js';
import { aPhoto, aWiki, uploadOf, WikiUserAgent } from './testing/wiki-under-test.js';

let wiki: CommonsWiki;
let user: WikiUserAgent;

beforeEach(async () => {
  ({ wiki, user } = await aWiki());
});
afterEach(() => wiki.stop());

const sha1 = (n: number): string => String(n).repeat(40);

describe('query, as MediaWiki answers it', () => {
  it('tells the user and the token', async () => {
    expectLikeRecorded(
      'userinfo',
      await user.query({ meta: 'userinfo', uiprop: 'ratelimits|rights|groups' }),
    );
    const limited = await WikiUserAgent.of(wiki, 'Limited');
    expectLikeRecorded(
      'userinfo-ratelimits-low',
      await limited.query({ meta: 'userinfo', uiprop: 'ratelimits' }),
    );
    const bot = await WikiUserAgent.of(wiki, 'Tireless bot');
    expect((await bot.query({ meta: 'userinfo', uiprop: 'ratelimits' })).json).toMatchObject({
      query: { userinfo: { ratelimits: {} } },
    });
    const newbie = await WikiUserAgent.of(wiki, 'Newbie');
    const fresh = (await newbie.query({ meta: 'userinfo', uiprop: 'rights|editcount|ratelimits' })).json as {
      query: { userinfo: { rights: string[] } };
    };
    expect(fresh.query.userinfo).toMatchObject({
      editcount: 3,
      ratelimits: { edit: { newbie: { hits: 120, seconds: 300 } } },
    });
    expect(fresh.query.userinfo.rights).not.toContain('autoconfirmed');
    expectLikeRecorded('tokens-csrf', await user.query({ meta: 'tokens', type: 'csrf' }));
    expectLikeRecorded(
      'tokens-csrf-fv1',
      await user.query({ meta: 'tokens', type: 'csrf', formatversion: '1' }),
    );
    const combined = {
      meta: 'userinfo|tokens',
      uiprop: 'ratelimits|groups',
      type: 'csrf',
      list: 'allimages',
      aisha1: sha1(0),
      ailimit: '1',
      titles: 'File:Nope.jpg',
      prop: 'info',
    };
    expectLikeRecorded('combined-tokens-userinfo-allimages', await user.query(combined));
  });

  it('finds files by SHA-1', async () => {
    const file = aPhoto(1);
    const hash = uploadOf(await user.publish(file, 'Small one.jpg')).imageinfo.sha1;
    const one = { list: 'allimages', aisha1: hash, ailimit: '5' };
    expectLikeRecorded('allimages-sha1-one', await user.query({ ...one, aiprop: 'sha1|url|timestamp|user' }));
    expectLikeRecorded('allimages-sha1-one-fv1', await user.query({ ...one, formatversion: '1' }));
    expectLikeRecorded('allimages-sha1-none', await user.query({ ...one, aisha1: sha1(1) }));
    expectLikeRecorded('allimages-sha1-invalid', await user.query({ ...one, aisha1: 'xyz' }));
    expectLikeRecorded(
      'allimages-sha1-two-values',
      await user.query({ list: 'allimages', aisha1: `${hash}|${sha1(1)}` }),
    );
    await user.publish(file, 'Dup name.jpg', { ignorewarnings: '1' });
    expectLikeRecorded('allimages-sha1-two', await user.query(one));
    const log = await user.query({ list: 'logevents', letype: 'upload', lelimit: '1' });
    expect(log.json).toMatchObject({
      query: { logevents: [{ title: 'File:Dup name.jpg', type: 'upload' }] },
    });
  });

  it('reads titles', async () => {
    await user.publish(aPhoto(1), 'Small one.jpg', { text: '[[Category:Tests]]\nfirst' });
    await user.edit({ title: 'Category:Foo created', text: 'cat text' });
    const content = {
      prop: 'revisions',
      titles: 'Category:Foo created',
      rvprop: 'ids|content|timestamp',
      rvslots: 'main',
      curtimestamp: '1',
      meta: 'tokens',
      type: 'csrf',
    };
    expectLikeRecorded('revisions-content-category', await user.query(content));
    await user.edit({ title: 'Category:Foo created', text: 'cat text 2' });
    expectLikeRecorded(
      'titles-exist-missing-invalid',
      await user.query({
        titles: 'Category:Foo created|Category:Nope|Category:Bad[x]',
        prop: 'info',
        redirects: '1',
      }),
    );
    expectLikeRecorded(
      'too-many-titles',
      await user.query({
        titles: Array.from({ length: 51 }, (_, n) => `File:${n}.jpg`).join('|'),
        prop: 'info',
      }),
    );
    expectLikeRecorded(
      'categorymembers-empty',
      await user.query({ list: 'categorymembers', cmtitle: 'Category:Never existed', cmlimit: '2' }),
    );
    const members = await user.query({ list: 'categorymembers', cmtitle: 'Category:Tests', cmtype: 'file' });
    expect(members.json).toMatchObject({ query: { categorymembers: [{ title: 'File:Small one.jpg' }] } });
  });

  it('lists the own stash', async () => {
    const second = await WikiUserAgent.of(wiki, 'Second uploader');
    const file = aPhoto(2);
    const whole = uploadOf(await second.stash(file, { filename: 'A.jpg' }));
    const part = uploadOf(await second.chunk(file, 0, 4000, { filename: 'B.jpg' }));
    expectLikeRecorded(
      'mystashedfiles',
      await second.query({ list: 'mystashedfiles', msfprop: 'size|type', msflimit: '5' }),
    );
    const info = (key: string, siiprop: string): ReturnType<typeof second.query> =>
      second.query({ prop: 'stashimageinfo', siifilekey: key, siiprop });
    expectLikeRecorded('stashimageinfo', await info(whole.filekey, 'size|sha1|mime|timestamp|url'));
    const unfinished = await info(part.filekey, 'sha1|size|timestamp');
    expectLikeRecorded('stashimageinfo-unfinished-chunks', unfinished);
    expect(unfinished.json).toMatchObject({ query: { stashimageinfo: [{ size: 4000 }] } });
    expectLikeRecorded('stashimageinfo-unknown', await info('1d3nffl9zzzz.aaaaaa.5.jpg', 'sha1|size'));
  });

  it('is strict about parameters', async () => {
    expectLikeRecorded('unknown-action', await user.client.post({ formatversion: '2', action: 'nonsense' }));
    expectLikeRecorded('unknown-parameter-warning', await user.query({ meta: 'tokens', nonsense: '1' }));
    expectLikeRecorded('assert-bot', await user.query({ meta: 'userinfo', assert: 'bot' }));
    expectLikeRecorded(
      'assertuser-other',
      await user.query({ meta: 'userinfo', assertuser: 'Somebody Else' }),
    );
    expectLikeRecorded(
      'errorformat-plaintext',
      await user.query({ meta: 'userinfo', errorformat: 'plaintext', assert: 'bot' }),
    );
  });

  it('gives extra data of errors apart in the plain format', async () => {
    const file = aPhoto(3);
    const { filekey } = uploadOf(await user.chunk(file, 0, 2048, { filename: 'P.jpg' }));
    const answer = await user.chunk(file, 4096, file.length, {
      filename: 'P.jpg',
      filekey,
      errorformat: 'plaintext',
    });
    expect(answer.json).toMatchObject({
      errors: [
        { code: 'stashfailed', text: 'Invalid chunk offset', data: { offset: '2048' }, module: 'upload' },
      ],
    });
  });
});

describe('titles and edits, as MediaWiki answers them', () => {
  it('knows forbidden titles', async () => {
    const ask = (
      who: WikiUserAgent,
      tbtitle: string,
      more: Record<string, string> = {},
    ): ReturnType<typeof user.query> =>
      who.client.get({ formatversion: '2', action: 'titleblacklist', tbtitle, tbaction: 'create', ...more });
    const title = 'File:BLACKLISTED thing.jpg';
    expectLikeRecorded('titleblacklist-ok', await ask(user, 'File:Good name.jpg'));
    expectLikeRecorded('titleblacklist-blacklisted', await ask(user, title));
    expectLikeRecorded('titleblacklist-blacklisted-upload', await ask(user, title, { tbaction: 'upload' }));
    expectLikeRecorded('titleblacklist-invalid-title', await ask(user, 'File:Bad[title].jpg'));
    expectLikeRecorded('titleblacklist-autoconfirmed-entry', await ask(user, 'File:Forbidden 12.jpg'));
    const admin = await WikiUserAgent.of(wiki, 'Admin');
    expectLikeRecorded('titleblacklist-as-admin-override', await ask(admin, title));
    expectLikeRecorded('titleblacklist-as-admin-nooverride', await ask(admin, title, { tbnooverride: '1' }));
  });

  it('edits', async () => {
    const title = 'Category:Foo created';
    expectLikeRecorded(
      'edit-create-ok',
      await user.edit({ title, text: 'cat text', createonly: '1', summary: 's' }),
    );
    expectLikeRecorded(
      'edit-createonly-existing',
      await user.edit({ title, text: 'cat text 2', createonly: '1' }),
    );
    expectLikeRecorded('edit-nochange', await user.edit({ title, text: 'cat text', summary: 's' }));
    expectLikeRecorded('edit-nochange', await user.edit({ title, appendtext: '' }));
    const base = wiki.pages.get(title)?.revisions[0]?.revid ?? 0;
    expectLikeRecorded(
      'edit-baserevid-ok',
      await user.edit({ title, text: 'cat text 3', baserevid: String(base) }),
    );
    const admin = await WikiUserAgent.of(wiki, 'Admin');
    expectLikeRecorded(
      'edit-conflict-baserevid',
      await admin.edit({ title, text: 'cat text 4 other', baserevid: String(base) }),
    );
    expectLikeRecorded(
      'edit-nocreate-missing',
      await user.edit({ title: 'Category:Nothing here', text: 'x', nocreate: '1' }),
    );
    expectLikeRecorded('edit-blacklisted', await user.edit({ title: 'Category:BLACKLISTED', text: 'x' }));
    expectLikeRecorded('edit-too-big', await user.edit({ title: 'Too big', text: 'x'.repeat(2_200_000) }));
  });

  it('purges within limits, and says so only with a warning', async () => {
    await user.edit({ title: 'A', text: 'x' });
    wiki.setLimits('Uploader', { linkpurge: { user: { hits: 1, seconds: 60 } } });
    const purge = (): ReturnType<typeof user.query> =>
      user.client.post({
        formatversion: '2',
        errorformat: 'plaintext',
        action: 'purge',
        titles: 'A|Nope',
        forcelinkupdate: '1',
      });
    expect((await purge()).json).toMatchObject({
      purge: [
        { title: 'Nope', missing: true },
        { title: 'A', purged: true, linkupdate: true },
      ],
    });
    const limited = (await purge()).json as { purge: unknown[]; warnings: unknown[] };
    expect(limited.purge[1]).toEqual({ ns: 0, title: 'A', purged: true });
    expect(limited.warnings).toMatchObject([{ code: 'ratelimited', module: 'purge' }]);
  });
});
