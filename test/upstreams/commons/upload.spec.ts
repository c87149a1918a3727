import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { CommonsWiki } from './commons-wiki.js';
import { expectLikeRecorded } from './recorded/expect-like-recorded.js';
import { aPhoto, aWiki, bytes, uploadOf, WikiUserAgent } from './testing/wiki-under-test.js';

let wiki: CommonsWiki;
let user: WikiUserAgent;

beforeEach(async () => {
  ({ wiki, user } = await aWiki());
});
afterEach(() => wiki.stop());

describe('uploading in chunks, as MediaWiki answers it', () => {
  it('takes three chunks and publishes them', async () => {
    const file = aPhoto(1);
    const [first, middle, last] = await user.threeChunks(file, { filename: 'Chunked one.jpg' });
    expectLikeRecorded('chunk-fv2-first', first);
    expectLikeRecorded('chunk-fv2-middle', middle);
    expectLikeRecorded('chunk-fv2-last', last);
    expect(uploadOf(last).filekey).not.toBe(uploadOf(middle).filekey);
    const key = uploadOf(last).filekey;
    const commit = await user.commit(key, 'Chunked one.jpg', { text: '== x ==' });
    expectLikeRecorded('commit-ok-fv2', commit);
    expectLikeRecorded('commit-again-same-filekey', await user.commit(key, 'Chunked one.jpg'));
    const published = wiki.file('Chunked one.jpg');
    expect(published?.versions[0]).toMatchObject({
      size: file.length,
      user: 'Uploader',
      sha1: uploadOf(commit).imageinfo.sha1,
    });
    expect(published?.revisions[0]).toMatchObject({ text: '== x ==', comment: 'c' });
    const served = await fetch(
      new URL((commit.json as { upload: { imageinfo: { url: string } } }).upload.imageinfo.url),
    );
    expect(Buffer.from(await served.arrayBuffer()).equals(Buffer.from(file))).toBe(true);
  });

  it('answers in the older format too', async () => {
    const old = { filename: 'Chunked two.jpg', formatversion: '1' };
    const [first, middle, last] = await user.threeChunks(aPhoto(2), old);
    expectLikeRecorded('chunk-fv1-first', first);
    expectLikeRecorded('chunk-fv1-middle', middle);
    expectLikeRecorded('chunk-fv1-last', last);
    expectLikeRecorded(
      'commit-ok-fv1',
      await user.commit(uploadOf(last).filekey, 'Chunked two.jpg', { formatversion: '1' }),
    );
  });

  it('tells offsets that do not follow and keys that are gone', async () => {
    const file = aPhoto(3);
    const [a, b] = [2048, 4096];
    const filename = 'Offs.jpg';
    const { filekey } = uploadOf(await user.chunk(file, 0, a, { filename }));
    const more = { filename, filekey, ignorewarnings: '1' };
    expectLikeRecorded('chunk-wrong-offset-ahead', await user.chunk(file, 3000, 4200, more));
    expectLikeRecorded('checkstatus-uploading', await user.upload({ filekey, filename, checkstatus: '1' }));
    await user.chunk(file, a, b, more);
    expectLikeRecorded('chunk-resent-middle', await user.chunk(file, a, b, more));
    expectLikeRecorded('chunk-too-small', await user.chunk(file, b, b + 100, more));
    expectLikeRecorded(
      'chunk-overflows-filesize',
      await user.upload(
        { ...more, stash: '1', filesize: String(file.length), offset: String(b) },
        { chunk: new Uint8Array(file.length) },
      ),
    );
    const done = uploadOf(await user.chunk(file, b, file.length, more));
    expectLikeRecorded('chunk-resent-last-after-completion', await user.chunk(file, b, file.length, more));
    expectLikeRecorded(
      'chunk-resent-last-with-new-filekey',
      await user.chunk(file, b, file.length, { ...more, filekey: done.filekey }),
    );
    expectLikeRecorded(
      'checkstatus-after-completion-old-key',
      await user.upload({ filekey, filename, checkstatus: '1' }),
    );
    expectLikeRecorded(
      'checkstatus-after-completion-new-key',
      await user.upload({ filekey: done.filekey, filename, checkstatus: '1' }),
    );
    expectLikeRecorded('commit-old-filekey-after-completion', await user.commit(filekey, filename));
    expectLikeRecorded('commit-new-filekey-after-completion', await user.commit(done.filekey, filename));
  });

  it('publishes the first chunk of an unfinished upload', async () => {
    const params = { filename: 'Cut.jpg' };
    const { filekey } = uploadOf(await user.chunk(aPhoto(4), 0, 5000, params));
    await user.chunk(aPhoto(4), 5000, 7000, { ...params, filekey });
    const commit = await user.commit(filekey, 'Cut.jpg');
    expectLikeRecorded('commit-incomplete-chunks', commit);
    expect(uploadOf(commit).imageinfo.size).toBe(5000);
  });

  it('refuses what does not fit together', async () => {
    const file = aPhoto(5);
    const filename = 'A1.jpg';
    const chunk = { chunk: file };
    expectLikeRecorded(
      'filekey-needed',
      await user.upload({ filename, stash: '1', filesize: '99999', offset: '50000' }, chunk),
    );
    const unknown = '1d3nffl9zzzz.aaaaaa.5.jpg';
    expectLikeRecorded(
      'filekey-not-allowed-at-offset-0',
      await user.upload({ filename, stash: '1', filesize: '99999', offset: '0', filekey: unknown }, chunk),
    );
    expectLikeRecorded(
      'chunk-unknown-filekey',
      await user.upload(
        { filename, stash: '1', filesize: '99999', offset: '50000', filekey: unknown },
        chunk,
      ),
    );
    expectLikeRecorded('filesize-missing', await user.upload({ filename, stash: '1', offset: '0' }, chunk));
    expectLikeRecorded(
      'filesize-too-large',
      await user.upload({ filename, stash: '1', filesize: '6442450944', offset: '0' }, chunk),
    );
    expectLikeRecorded('filekey-malformed', await user.commit('nonsense', filename));
    expectLikeRecorded('filekey-unknown', await user.commit(unknown, filename));
    expectLikeRecorded('missing-filename', await user.upload({ comment: 'c' }, { file }));
    expectLikeRecorded('no-file', await user.upload({ filename, comment: 'c' }));
    expectLikeRecorded(
      'empty-file',
      await user.upload({ filename, comment: 'c' }, { file: new Uint8Array(0) }),
    );
    expectLikeRecorded(
      'empty-file-chunk',
      await user.upload({ filename, stash: '1', filesize: '0', offset: '0' }, { chunk: new Uint8Array(0) }),
    );
    const other = await WikiUserAgent.of(wiki, 'Second uploader');
    const { filekey } = uploadOf(await other.stash(file, { filename }));
    expectLikeRecorded('filekey-of-other-user', await user.commit(filekey, filename));
    expectLikeRecorded(
      'chunk-without-stash',
      await user.upload({ filename, filesize: String(file.length), offset: '0' }, chunk),
    );
  });

  it('answers HTML to a body over its limit', async () => {
    const answer = await user.upload(
      { filename: 'Big.jpg', stash: '1', offset: '0', filesize: '120000000' },
      { chunk: new Uint8Array(102 * 1024 * 1024) },
    );
    expect(answer).toMatchObject({ status: 200, json: null });
    expect(answer.text).toMatch(/^<!DOCTYPE html>/);
  });
});

describe('asynchronous uploads', () => {
  const checkUntilDone = async (filekey: string): Promise<ReturnType<typeof user.upload>> => {
    for (;;) {
      const answer = await user.upload({ filekey, filename: 'Async.jpg', checkstatus: '1' });
      if (uploadOf(answer).result !== 'Poll') return answer;
    }
  };

  it('assembles and publishes in jobs that are polled', async () => {
    wiki.settings.jobDelayMs = 150;
    const file = aPhoto(6);
    const filename = 'Async.jpg';
    const params = { filename, async: '1', ignorewarnings: '1' };
    const first = await user.chunk(file, 0, 4000, params);
    expectLikeRecorded('async-chunk-first', first);
    const { filekey } = uploadOf(first);
    expectLikeRecorded('async-chunk-last', await user.chunk(file, 4000, file.length, { ...params, filekey }));
    expectLikeRecorded(
      'async-chunk-resent-last-while-queued',
      await user.chunk(file, 4000, file.length, { ...params, filekey }),
    );
    expectLikeRecorded(
      'async-checkstatus-queued',
      await user.upload({ filekey, filename, checkstatus: '1' }),
    );
    const assembled = await checkUntilDone(filekey);
    expectLikeRecorded('async-checkstatus-done', assembled);
    expectLikeRecorded(
      'async-chunk-resent-last-when-done',
      await user.chunk(file, 4000, file.length, { ...params, filekey }),
    );
    const key = uploadOf(assembled).filekey;
    expectLikeRecorded('async-commit', await user.commit(key, filename, { async: '1' }));
    expectLikeRecorded('async-commit-again-while-queued', await user.commit(key, filename, { async: '1' }));
    expectLikeRecorded(
      'async-commit-checkstatus-queued',
      await user.upload({ filekey: key, filename, checkstatus: '1' }),
    );
    expectLikeRecorded('async-commit-checkstatus-done', await checkUntilDone(key));
    expectLikeRecorded(
      'async-checkstatus-unknown',
      await user.upload({ filekey: '1d3nffl9zzzz.aaaaaa.5.jpg', filename, checkstatus: '1' }),
    );
    expect(wiki.file(filename)?.versions).toHaveLength(1);
  });
});

describe('what a file must be', () => {
  const html = bytes('<!DOCTYPE html><html><body>Oops</body>');
  const random = new Uint8Array(3000).map((_, index) => (index * 7 + 3) % 251);

  it('tells types by content', async () => {
    const file = aPhoto(7);
    const post = (filename: string, content: typeof file): ReturnType<typeof user.upload> =>
      user.upload({ filename, comment: 'c' }, { file: content });
    const stash = (filename: string, content: typeof file): ReturnType<typeof user.upload> =>
      user.stash(content, { filename, ignorewarnings: '1' });
    expectLikeRecorded('verification-html-as-jpg', await post('A1.jpg', html));
    expectLikeRecorded('verification-html-chunk-only', await stash('A1.jpg', html));
    expectLikeRecorded('verification-random-as-jpg', await post('A1.jpg', random));
    expectLikeRecorded('verification-random-chunk-only', await stash('A1.jpg', random));
    expectLikeRecorded(
      'verification-random-chunk-first',
      await user.chunk(random, 0, 1500, { filename: 'A1.jpg', ignorewarnings: '1' }),
    );
    expectLikeRecorded('mime-mismatch-jpg-as-png', await post('A1.png', file));
    expectLikeRecorded('verification-mismatch-chunk-only', await stash('A1.png', file));
    expectLikeRecorded('filetype-banned-exe-name-jpeg-content', await post('A1.exe', file));
    expectLikeRecorded('filetype-exe-name-chunk', await stash('A1.exe', file));
    expectLikeRecorded('filetype-banned-chunk', await stash('A1.pdf', bytes('%PDF-1.4 something')));
    expectLikeRecorded('truncated-jpeg', await post('Truncated.jpg', file.slice(0, 3000)));
  });
});
