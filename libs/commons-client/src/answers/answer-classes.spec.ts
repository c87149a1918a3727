import { describe, expect, it } from '@jest/globals';
import { RefusedError, TemporaryError } from '#app/protocol';
import { recordedAnswer, recordedAnswers } from '../recorded/recorded-answers.js';
import { answerClass, knownCodes, type AnswerClass } from './answer-classes.js';
import { parseApiAnswer } from './parse-api-answer.js';
import { toFailure } from './to-failure.js';

const failureOf = (name: string): TemporaryError | RefusedError | null => {
  const { status, headers, text } = recordedAnswer(name);
  const answer = parseApiAnswer(status, headers, text);
  return answer.ok ? null : toFailure(answer.error);
};

const classOf = (code: string, info = '', messageNames: string[] = []): AnswerClass =>
  answerClass({ code, message: `${code}: ${info}`, messageNames });

describe('answerClass', () => {
  it('knows every error that was recorded', () => {
    const unknown = Object.keys(recordedAnswers).filter((name) => {
      const failure = failureOf(name);
      return failure !== null && answerClass(failure) === 'unknown';
    });
    expect(unknown).toEqual([]);
  });

  it.each<[string, AnswerClass]>([
    ['abusefilter-disallow-commit-only', 'refused'],
    ['abusefilter-warn-stash', 'refused'],
    ['assert-user-anon', 'user-stopped'],
    ['assertuser-other', 'user-stopped'],
    ['async-checkstatus-unknown', 'stash-lost'],
    ['async-chunk-resent-last-while-queued', 'stash-complete'],
    ['async-commit-again-while-queued', 'already-running'],
    ['badtoken-upload', 'stale-token'],
    ['blocked-upload', 'user-stopped'],
    ['blocked-disableslogin-query', 'user-stopped'],
    ['chunk-resent-last-after-completion', 'stash-lost'],
    ['chunk-resent-last-with-new-filekey', 'stash-lost'],
    ['chunk-resent-middle', 'stash-away'],
    ['commit-right-after-nochange-same-second', 'busy'],
    ['edit-conflict-baserevid', 'edit-conflict'],
    ['filekey-of-other-user', 'stash-lost'],
    ['maxlag-upload', 'waiting'],
    ['name-blacklisted-commit', 'title-blacklisted'],
    ['oauth-nonce-reused', 'sign-again'],
    ['oauth-timestamp-expired', 'sign-again'],
    ['oauth-unknown-access-token', 'user-stopped'],
    ['oauth-unknown-consumer', 'sign-in-lost'],
    ['ratelimit-upload-2-limited', 'throttled'],
    ['readonly-upload', 'waiting'],
    ['upload-anon', 'user-stopped'],
    ['upload-without-right', 'user-stopped'],
    ['verification-mismatch-chunk-only', 'refused'],
  ])('takes the recorded %s for %s', (name, expected) => {
    const failure = failureOf(name);
    expect(failure && answerClass(failure)).toBe(expected);
  });

  it.each<[string, string, AnswerClass]>([
    ['internal_api_error_DBQueryTimeoutError', '', 'busy'],
    ['internal_api_error_UploadChunkFileException', '', 'busy'],
    ['UploadStashFileException', '', 'stash-away'],
    ['internal_api_error_UploadStashFileException', '', 'stash-away'],
    ['uploadstash-bad-path-no-handler', '', 'stash-lost'],
    ['backend-fail-internal', '', 'busy'],
    ['lockmanager-fail-conflict', '', 'busy'],
    ['stasherror', 'An unknown error occurred in storage backend "x": backend-fail-internal', 'stash-away'],
    ['never-seen-before', 'backend-fail-internal', 'busy'],
    ['http-503', '', 'away'],
    ['http-429', '', 'waiting'],
    ['http-403', '', 'turned-away'],
    ['systemblocked', '', 'service-blocked'],
    ['stashedfilenotfound', '', 'stash-lost'],
    ['apierror-stashnosuchfilekey', '', 'stash-lost'],
    ['globalblocking-blockedtext-range', '', 'service-blocked'],
    ['wikimedia-globalblocking-blockedtext-xff', '', 'service-blocked'],
    ['globalblocking-blockedtext-user', '', 'user-stopped'],
    ['globalblocking-blockedtext-autoblock-xff', '', 'user-stopped'],
    ['mwoauth-invalid-authorization', 'JWT error: wrong user ID in the sessionJwt cookie', 'sign-again'],
    ['mwoauth-invalid-authorization', 'Invalid consumer', 'sign-in-lost'],
    ['mwoauth-invalid-authorization-not-approved', '', 'sign-in-lost'],
    ['never-seen-before', 'whatever', 'unknown'],
  ])('takes %s (%s) for %s', (code, info, expected) => {
    expect(classOf(code, info)).toBe(expected);
  });

  it('finds Wikibase’s throttle and blocks in the messages', () => {
    expect(classOf('failed-save', 'The save has failed.', ['actionthrottledtext'])).toBe('throttled');
    expect(classOf('permissiondenied', '', ['globalblocking-blockedtext-range'])).toBe('service-blocked');
    expect(classOf('permissiondenied', '', ['globalblocking-blockedtext-user'])).toBe('user-stopped');
    expect(classOf('failed-save', 'The save has failed.')).toBe('busy');
  });

  it('has each code once', () => {
    const codes = knownCodes();
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });
});

describe('toFailure', () => {
  it('keeps MediaWiki’s code in the message', () => {
    expect(failureOf('ratelimit-upload-2-limited')?.message).toBe(
      "ratelimited: You've exceeded your rate limit. Please wait some time and try again.",
    );
  });

  it('refuses what will never work and lets the rest be tried again', () => {
    expect(failureOf('filetype-banned')).toBeInstanceOf(RefusedError);
    expect(failureOf('name-blacklisted-commit')).toBeInstanceOf(RefusedError);
    expect(failureOf('oauth-unknown-consumer')).toBeInstanceOf(RefusedError);
    expect(failureOf('readonly-upload')).toBeInstanceOf(TemporaryError);
    expect(failureOf('blocked-upload')).toBeInstanceOf(TemporaryError);
    expect(toFailure({ code: 'x', info: 'y', httpStatus: 200, messageNames: [] })).toBeInstanceOf(
      TemporaryError,
    );
  });

  it('tells a block of this service’s address from one of the person', () => {
    const blocked = (more: object): TemporaryError | RefusedError =>
      toFailure({
        code: 'blocked',
        info: 'You have been blocked.',
        httpStatus: 200,
        messageNames: [],
        ...more,
      });
    expect(blocked({ blockReason: 'Long-term abuse' })).toMatchObject({
      code: 'blocked',
      message: 'blocked: You have been blocked. (Long-term abuse)',
    });
    for (const more of [
      ...[
        '{{webhostblock|1=cloud}}',
        'Spam: {{Colocationwebhost}}',
        '{{blocked proxy}} <!-- exit -->',
        '{{Zombie proxy}}',
        '[[m:NOP|Open proxy]]: see [[m:WM:OP/H|help]]',
      ].map((blockReason) => ({ blockReason })),
      { isSystemBlock: true },
      { info: 'Your IP address is in a range that has been blocked.' },
      { info: 'Your current IP range is blocked.' },
    ])
      expect([more, answerClass(blocked(more))]).toEqual([more, 'service-blocked']);
  });

  it.each([
    'Commons is not your personal web host',
    '[[COM:WEBHOST]]',
    'Abusing multiple accounts via VPN',
    'Sockpuppet behind [[m:NOP|open proxies]]',
    'Abusing multiple accounts from the same IP address',
    'Vandalism from your IP range',
    '{{subst:blocked|proxy}}',
    'Uploading hosting company logos',
  ])('takes a block for “%s” for one of the person', (blockReason) => {
    const error = { code: 'blocked', httpStatus: 200, messageNames: [], blockReason };
    for (const info of [
      'You have been blocked.',
      `Your username or IP address has been blocked: ${blockReason}`,
    ])
      expect(answerClass(toFailure({ ...error, info }))).toBe('user-stopped');
  });

  it('gives a throttled edit of structured data the code of the throttle', () => {
    const error = {
      code: 'failed-save',
      info: 'Too fast',
      httpStatus: 200,
      messageNames: ['actionthrottledtext'],
    };
    expect(toFailure(error)).toMatchObject({
      code: 'actionthrottledtext',
      message: 'actionthrottledtext: Too fast',
    });
  });
});
