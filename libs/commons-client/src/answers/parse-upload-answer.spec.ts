import { describe, expect, it } from '@jest/globals';
import type { FileLink } from '#app/protocol';
import { toFileTitle } from '../file-pages.js';
import { isObject } from '../json.js';
import { recordedAnswer } from '../recorded/recorded-answers.js';
import type { UploadStatusResult } from '../types.js';
import { parseUploadAnswer } from './parse-upload-answer.js';

const link = (name: string): FileLink => ({ title: toFileTitle(name), url: `wiki:${name}` });

const read = (body: unknown): UploadStatusResult => {
  if (!isObject(body)) throw new Error('Not an object');
  return parseUploadAnswer(body, { filename: 'Asked.jpg', fileKey: 'asked.key' }, link);
};

const parse = (name: string): UploadStatusResult => read(recordedAnswer(name).body);

describe('parseUploadAnswer', () => {
  it.each([
    ['chunk-fv2-first', { kind: 'continue', offset: 500_000, fileKey: '1d3nh8mq37zw.br5s0s.5.jpg' }],
    [
      'chunk-fv2-last',
      {
        kind: 'stashed',
        fileKey: '1d3nh8nbxovs.gxtawm.5.jpg',
        size: 1_288_294,
        sha1: '098e19bd184d87ca15f3369982e1af57dac03471',
      },
    ],
    ['async-chunk-last', { kind: 'poll', fileKey: '1d3nhafzkdws.gy3w8z.5.jpg' }],
    ['async-checkstatus-queued', { kind: 'poll', fileKey: 'asked.key' }],
    ['async-checkstatus-done', { kind: 'stashed', fileKey: '1d3nhahfye7g.pekpv0.5.jpg' }],
    ['async-commit', { kind: 'poll', fileKey: 'asked.key' }],
    ['checkstatus-uploading', { kind: 'continue' }],
    ['chunk-single-only', { kind: 'stashed' }],
  ])('reads the progress of %s', (name, expected) => {
    expect(parse(name)).toMatchObject(expected);
  });

  it.each(['commit-ok-fv2', 'async-commit-checkstatus-done', 'commit-unicode', 'commit-small-ok'])(
    'reads the published file of %s with its own address',
    (name) => {
      const result = parse(name);
      expect(result.kind).toBe('published');
      if (result.kind !== 'published') return;
      expect(result.file.title).toMatch(/^File:.+\.jpg$/);
      expect(result.file.url).toMatch(/^http:\/\/127\.0\.0\.1:18080\/w\/index\.php\/File:/);
      expect(result.file.sha1).toMatch(/^[0-9a-f]{40}$/);
      expect(result.file.size).toBeGreaterThan(0);
    },
  );

  it.each(['chunk-duplicate-ignorewarnings-last', 'chunk-duplicate-no-ignorewarnings-last'])(
    'finds the duplicate beside Success in %s',
    (name) => {
      expect(parse(name)).toEqual({
        kind: 'duplicate',
        of: [{ title: 'File:First copy.jpg', url: 'wiki:First_copy.jpg' }],
      });
    },
  );

  it('takes an older version of the same name for a duplicate of that name', () => {
    const warnings = { exists: 'Small_one.jpg', duplicateversions: [{ timestamp: '2026-11-21T02:06:42Z' }] };
    const upload = { result: 'Warning', warnings, filekey: 'k' };
    expect(read({ upload })).toMatchObject({ kind: 'duplicate', of: [{ title: 'File:Small one.jpg' }] });
  });

  it.each([
    'commit-duplicate',
    'stash-duplicate-only',
    'commit-duplicate-multichunk',
    'commit-duplicateversions',
  ])('finds the duplicate of the warning %s', (name) => {
    expect(parse(name)).toMatchObject({ kind: 'duplicate' });
  });

  it.each([
    'chunk-existing-name-ignorewarnings-first',
    'chunk-first-existing-name-no-ignorewarnings',
    'commit-exists',
  ])('finds the taken name in %s, whether the chunk was taken or not', (name) => {
    expect(parse(name)).toEqual({ kind: 'exists', title: 'File:Small one.jpg' });
  });

  it.each(['commit-nochange', 'stash-nochange-only', 'stash-nochange-ignorewarnings-only'])(
    'takes %s for the same file at the same name',
    (name) => {
      expect(parse(name)).toMatchObject({ kind: 'nochange', of: [{ title: 'File:Small one.jpg' }] });
    },
  );

  it('names the asked title for a nochange without the existing one', () => {
    const upload = { result: 'Warning', warnings: { nochange: {} }, filekey: 'k' };
    expect(read({ upload })).toMatchObject({ kind: 'nochange', of: [{ title: 'File:Asked.jpg' }] });
  });

  it.each([
    ['stash-deleted-content', 'duplicate-archive', /uploaded before and deleted \(To delete\.jpg\)/],
    ['stash-page-exists', 'page-exists', /description page/],
    ['stash-was-deleted-name', 'was-deleted', /deleted before/],
    ['name-blacklisted-post', 'bad-prefix', /camera name/],
    ['name-colon-slash', 'badfilename', /would change it to/],
    ['name-thumb', 'thumb-name', /thumbnail/],
    ['commit-exists-normalized', 'exists-normalized', /Small one\.jpg/],
    ['empty-file-chunk', 'empty-file', /empty/],
  ])('explains the warning of %s', (name, code, sentence) => {
    const result = parse(name);
    expect(result).toMatchObject({ kind: 'warning', code });
    expect(result.kind === 'warning' && result.message).toMatch(sentence);
    expect(result.kind === 'warning' && result.message.startsWith(`${code}: `)).toBe(true);
  });

  it('tells a warning that it does not know as MediaWiki told it', () => {
    const upload = { result: 'Warning', warnings: { 'brand-new': 'Something_odd' }, filekey: 'k' };
    expect(read({ upload })).toEqual({
      kind: 'warning',
      code: 'brand-new',
      message: 'brand-new: Commons warned about this file (Something odd) and did not take it.',
    });
  });

  it.each([
    {},
    { upload: {} },
    { upload: { result: 'Continue' } },
    { upload: { result: 'Success', filename: 'A.jpg' } },
  ])('does not act on %j', (body) => {
    expect(() => read(body)).toThrow(/^unexpected-answer: /);
  });
});
