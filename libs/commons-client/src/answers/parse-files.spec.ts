import { describe, expect, it } from '@jest/globals';
import type { FileLink } from '#app/protocol';
import { isObject, type JsonObject } from '../json.js';
import { recordedAnswer } from '../recorded/recorded-answers.js';
import { parseExistingFile, parseFilesBySha1, parsePurge, parseTitleProblem } from './parse-files.js';

const link = (name: string): FileLink => ({ title: name, url: `wiki:${name}` });

const body = (name: string): JsonObject => {
  const answer = recordedAnswer(name).body;
  if (!isObject(answer)) throw new Error('Not an object');
  return answer;
};

describe('files', () => {
  it('are found by their content', () => {
    expect(parseFilesBySha1(body('allimages-sha1-two'), link)).toHaveLength(2);
    expect(parseFilesBySha1(body('allimages-sha1-none'), link)).toEqual([]);
    expect(parseFilesBySha1(body('allimages-sha1-one'), link)).toEqual([
      { title: 'File:Small one.jpg', url: 'http://127.0.0.1:18080/w/index.php/File:Small_one.jpg' },
    ]);
  });

  it('are found by their name, in the current version', () => {
    expect(parseExistingFile(body('revisions-imageinfo-fv2'), link)).toEqual({
      title: 'File:Small one.jpg',
      url: 'http://127.0.0.1:18080/w/index.php/File:Small_one.jpg',
      sha1: 'b13c67b3a2b021c984bad221073fa8e5c9a0e43e',
      size: 23_623,
      user: 'Uploader',
      timestamp: '2026-11-21T02:06:43Z',
      pageId: 4,
    });
    expect(parseExistingFile(body('combined-tokens-userinfo-allimages'), link)).toBeNull();
  });

  it('cannot have an impossible name', () => {
    const pages = [{ title: 'File:A[b].jpg', invalidreason: 'It contains "[".', invalid: true }];
    expect(() => parseExistingFile({ query: { pages } }, link)).toThrow('invalidtitle: It contains "[".');
  });
});

describe('parseTitleProblem', () => {
  it('is null for a good title and a reason without markup for a bad one', () => {
    expect(parseTitleProblem(body('titleblacklist-ok'))).toBeNull();
    expect(parseTitleProblem(body('titleblacklist-blacklisted'))?.reason).toBe(
      'The title "File:BLACKLISTED thing.jpg" has been banned from creation.\nIt matches the following disallowed titles list entry: .*BLACKLISTED.*',
    );
  });

  it('never takes an odd answer for a good title', () => {
    expect(parseTitleProblem({})).not.toBeNull();
  });
});

describe('parsePurge', () => {
  it('sorts pages by what happened to them', () => {
    const answer = {
      normalized: [{ from: 'File:a_b.jpg', to: 'File:A b.jpg' }],
      purge: [
        { ns: 6, title: 'File:A b.jpg', purged: true, linkupdate: true },
        { ns: 6, title: 'File:Limited.jpg', purged: true },
        { ns: 6, title: 'File:Nope.jpg', missing: true },
      ],
    };
    expect(
      parsePurge(answer, ['File:a_b.jpg', 'File:Limited.jpg', 'File:Nope.jpg', 'File:Lost.jpg']),
    ).toEqual({
      refreshed: ['File:a_b.jpg'],
      limited: ['File:Limited.jpg'],
      missing: ['File:Nope.jpg', 'File:Lost.jpg'],
    });
  });
});
