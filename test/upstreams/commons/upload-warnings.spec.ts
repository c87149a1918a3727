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

const secondsLater = (): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000) + 5));

describe('warnings about content, as MediaWiki gives them', () => {
  it('shows a duplicate with the only chunk as Warning', async () => {
    const file = aPhoto(1);
    await user.publish(file, 'Small one.jpg');
    const filename = 'Dup name.jpg';
    const stashed = await user.stash(file, { filename });
    expectLikeRecorded('stash-duplicate-only', stashed);
    expectLikeRecorded('stash-duplicate-fv1-only', await user.stash(file, { filename, formatversion: '1' }));
    const { filekey } = uploadOf(stashed);
    expectLikeRecorded('commit-duplicate', await user.commit(filekey, filename));
    expectLikeRecorded(
      'commit-duplicate-ignorewarnings',
      await user.commit(filekey, filename, { ignorewarnings: '1' }),
    );
  });

  it('shows a duplicate with the last of several chunks as Success', async () => {
    const file = aPhoto(2);
    await user.publish(file, 'First copy.jpg');
    const filename = 'Second copy.jpg';
    const [first, middle, last] = await user.threeChunks(file, { filename });
    expectLikeRecorded('chunk-duplicate-no-ignorewarnings-first', first);
    expectLikeRecorded('chunk-duplicate-no-ignorewarnings-middle', middle);
    expectLikeRecorded('chunk-duplicate-no-ignorewarnings-last', last);
    expectLikeRecorded('commit-duplicate-multichunk', await user.commit(uploadOf(last).filekey, filename));
  });

  it('remembers deleted content and names', async () => {
    const file = aPhoto(3);
    await user.publish(file, 'To delete.jpg');
    wiki.deleteFile('To delete.jpg');
    expectLikeRecorded(
      'stash-deleted-content',
      await user.stash(file, { filename: 'Other name of deleted.jpg' }),
    );
    expectLikeRecorded('stash-was-deleted-name', await user.stash(aPhoto(4), { filename: 'To delete.jpg' }));
    expectLikeRecorded(
      'deleted-file-page',
      await user.query({ titles: 'File:To delete.jpg', prop: 'info|imageinfo' }),
    );
    await user.edit({ title: 'File:Page only.jpg', text: 'x' });
    expectLikeRecorded('stash-page-exists', await user.stash(aPhoto(5), { filename: 'Page only.jpg' }));
  });
});

describe('warnings about names, as MediaWiki gives them', () => {
  it('tells a name that is taken', async () => {
    await user.publish(aPhoto(1), 'Small one.jpg');
    const file = aPhoto(2);
    const filename = 'Small one.jpg';
    const warned = await user.chunk(file, 0, 4000, { filename });
    expectLikeRecorded('chunk-first-existing-name-no-ignorewarnings', warned);
    expectLikeRecorded(
      'chunk-second-after-warning-first',
      await user.chunk(file, 4000, 6000, { filename, filekey: uploadOf(warned).filekey }),
    );
    const [first, middle, last] = await user.threeChunks(file, { filename, ignorewarnings: '1' });
    expectLikeRecorded('chunk-existing-name-ignorewarnings-first', first);
    expectLikeRecorded('chunk-existing-name-ignorewarnings-middle', middle);
    expectLikeRecorded('chunk-existing-name-ignorewarnings-last', last);
    const { filekey } = uploadOf(last);
    expectLikeRecorded('commit-exists', await user.commit(filekey, filename));
    expectLikeRecorded('commit-exists-lowercase-badfilename', await user.commit(filekey, 'small one.jpg'));
    expectLikeRecorded('commit-exists-normalized', await user.commit(filekey, 'Small one.JPG'));
    expectLikeRecorded('commit-other-extension', await user.commit(filekey, 'Small_one.jpeg'));
    expectLikeRecorded('stash-exists-only', await user.stash(aPhoto(3), { filename }));
    expectLikeRecorded(
      'restash-by-filekey-shows-warnings',
      await user.upload({ stash: '1', filename, filekey }),
    );
    expectLikeRecorded(
      'restash-by-filekey-no-warnings',
      await user.upload({ stash: '1', filename: 'Free name.jpg', filekey }),
    );
    await secondsLater();
    expectLikeRecorded(
      'commit-exists-ignorewarnings',
      await user.commit(filekey, filename, { ignorewarnings: '1', comment: 'new version' }),
    );
  });

  it('tells unchanged and older versions', async () => {
    const [old, current] = [aPhoto(1), aPhoto(2)];
    const filename = 'Small one.jpg';
    await user.publish(old, filename);
    await user.publish(old, 'Dup name.jpg', { ignorewarnings: '1' });
    await secondsLater();
    await user.publish(current, filename, { ignorewarnings: '1' });
    const older = await user.stash(old, { filename });
    expectLikeRecorded('stash-duplicateversions-only', older);
    expectLikeRecorded('commit-duplicateversions', await user.commit(uploadOf(older).filekey, filename));
    const same = await user.stash(current, { filename });
    expectLikeRecorded('stash-nochange-only', same);
    const { filekey } = uploadOf(same);
    expectLikeRecorded('commit-nochange', await user.commit(filekey, filename));
    expectLikeRecorded(
      'commit-nochange-ignorewarnings',
      await user.commit(filekey, filename, { ignorewarnings: '1' }),
    );
    expectLikeRecorded(
      'commit-nochange-retry-same-filekey',
      await user.commit(filekey, filename, { ignorewarnings: '1' }),
    );
  });

  it('answers whole files alike', async () => {
    const file = aPhoto(1);
    const params = { filename: 'Whole.jpg', comment: 'c', text: 't' };
    expectLikeRecorded('whole-post-ok', await user.upload(params, { file }));
    expectLikeRecorded('whole-post-exists', await user.upload(params, { file: aPhoto(2) }));
    expectLikeRecorded(
      'whole-post-duplicate',
      await user.upload({ ...params, filename: 'Whole copy.jpg' }, { file }),
    );
    expectLikeRecorded('whole-post-same-name-same-content', await user.upload(params, { file }));
    expectLikeRecorded(
      'stash-whole-file',
      await user.upload({ filename: 'Stash whole.jpg', stash: '1' }, { file: aPhoto(3) }),
    );
  });

  it('mends names or refuses them', async () => {
    const file = aPhoto(4);
    const post = (filename: string, more: Record<string, string> = {}): ReturnType<typeof user.upload> =>
      user.upload({ filename, comment: 'c', ...more }, { file });
    expectLikeRecorded('name-colon-slash', await post('A/b:c.jpg'));
    expectLikeRecorded('name-illegal-chars', await post('A[b]#c.jpg'));
    expectLikeRecorded('name-file-prefix', await post('File:Prefixed name.jpg', { stash: '1' }));
    expectLikeRecorded('name-no-extension', await post('Noext'));
    expectLikeRecorded('name-thumb', await post('120px-thing.jpg'));
    expectLikeRecorded('name-blacklisted-post', await post('IMG 1234.jpg'));
    expectLikeRecorded('name-too-short', await post('.jpg'));
    expectLikeRecorded('name-241-bytes-too-long', await post(`${'L'.repeat(237)}.jpg`, { stash: '1' }));
    expectLikeRecorded('name-240-bytes-ok', await post(`${'L'.repeat(236)}.jpg`));
  });

  it('stops blacklisted titles at the commit only', async () => {
    const filename = 'BLACKLISTED thing.jpg';
    const stashed = await user.stash(aPhoto(5), { filename, ignorewarnings: '1' });
    expectLikeRecorded('name-blacklisted-stash', stashed);
    expectLikeRecorded(
      'name-blacklisted-commit',
      await user.commit(uploadOf(stashed).filekey, filename, { ignorewarnings: '1' }),
    );
  });

  it('takes any script, and the comment for a missing text', async () => {
    const filename = 'Łódź – ünïcode 写真 (1).jpg';
    expectLikeRecorded(
      'commit-unicode',
      await user.publish(aPhoto(6), filename, { comment: 'ü', text: '写真' }),
    );
    const { filekey } = uploadOf(await user.stash(aPhoto(7), { filename: 'Free name.jpg' }));
    expectLikeRecorded(
      'commit-without-text',
      await user.upload({ filename: 'Free name.jpg', filekey, comment: 'only a comment' }),
    );
    expectLikeRecorded(
      'commit-without-text-page',
      await user.query({
        prop: 'revisions',
        titles: 'File:Free name.jpg',
        rvprop: 'content|comment',
        rvslots: 'main',
      }),
    );
  });
});

describe('races', () => {
  it('lets one of two commits of a key win', async () => {
    const { filekey } = uploadOf(await user.stash(aPhoto(1), { filename: 'Race2.jpg' }));
    const answers = await Promise.all([user.commit(filekey, 'Race2.jpg'), user.commit(filekey, 'Race2.jpg')]);
    expect(answers.map((answer) => answer.headers.get('mediawiki-api-error')).sort()).toEqual(
      ['uploadstash-file-not-found', null].sort(),
    );
    expect(wiki.file('Race2.jpg')?.versions).toHaveLength(1);
  });

  it('lets one of two files take a name', async () => {
    const keys = await Promise.all(
      [1, 2].map(async (n) => uploadOf(await user.stash(aPhoto(n), { filename: 'Race.jpg' })).filekey),
    );
    const answers = await Promise.all(keys.map((key) => user.commit(key, 'Race.jpg')));
    expect(answers.map((answer) => uploadOf(answer).result).sort()).toEqual(['Success', 'Warning']);
  });
});
