import { describe, expect, it } from '@jest/globals';
import { TemporaryError } from '#app/protocol';
import { decideNext, SESSION_EXPIRED, type Step } from './decide-next.js';
import { notSaved, read, recorded, storyOf, told, type Failure } from './testing/answer-stories.js';

const lost = (code: string): Failure => new TemporaryError(code, `${code}: no answer`);
const download = (code: string, message = 'x'): Failure => new TemporaryError(code, message);

const IN_PLACE = ['3 s', '5 s', '10 s'];
const RESTS = ['rest 5 min', 'rest 10 min', 'rest 15 min'];
/** Four tries in place, then 5, 10 and 15 minutes in the queue with four tries after each. */
const WITH_RESTS = [...RESTS.flatMap((rest) => [...IN_PLACE, rest]), ...IN_PLACE];

const expectStory = (step: Step, failure: Failure, story: string[]): void =>
  expect(storyOf(step, failure)).toEqual(story);

describe('what an answer means, as often as it comes', () => {
  describe('any API call, once the request itself was tried four times', () => {
    it.each(['network', 'timeout'])('%s: rests in the queue, then fails', (code) => {
      for (const step of ['check', 'chunk', 'commit'] as const)
        expectStory(step, lost(code), [...WITH_RESTS, `fail: ${code}: no answer`]);
      expectStory('structured-data', lost(code), [...IN_PLACE, `owe: ${code}: no answer`]);
    });

    it('HTTP 5xx: likewise, and no sooner than Retry-After asks', () => {
      const page = { status: 503, headers: { 'content-type': 'text/html' }, body: '<title>Down</title>' };
      const words = 'http-503: Commons answered HTTP 503 with “Down”';
      expectStory('chunk', read(page), [...WITH_RESTS, `fail: ${words}`]);
      const asking = (seconds: number): Failure =>
        read({ ...page, headers: { ...page.headers, 'retry-after': String(seconds) } });
      expect(storyOf('commit', asking(8)).slice(0, 4)).toEqual(['8 s', '8 s', '10 s', 'rest 5 min']);
      expectStory('commit', asking(480), ['rest 8 min', 'rest 10 min', 'rest 15 min', `fail: ${words}`]);
    });

    it('HTTP 429: waits as long as Retry-After asks, at no cost', () => {
      const asking = (seconds: string): Failure =>
        read({ status: 429, headers: { 'retry-after': seconds }, body: 'Too many requests' });
      expectStory('chunk', asking('600'), ['wait 10 min', '…']);
      expectStory('commit', asking('2'), ['2 s', '4 s', '6 s', 'wait 1 min', '…']);
    });

    it.each(['maxlag-upload', 'readonly-upload'])('%s: waits, at no cost', (name) => {
      for (const step of ['check', 'chunk', 'commit'] as const)
        expectStory(step, recorded(name), ['5 s', '10 s', '15 s', 'wait 1 min', '…']);
    });

    it('badtoken with a fresh token, a nonce used again and again, a clock that is wrong: as a wiki in trouble', () => {
      for (const name of ['badtoken-upload', 'oauth-nonce-reused', 'oauth-timestamp-expired'])
        expect(storyOf('commit', recorded(name)).slice(0, -1)).toEqual(WITH_RESTS);
    });

    it.each(['oauth-unknown-consumer', 'oauth-bad-signature'])('%s: the sign-in is worth nothing', (name) => {
      for (const step of ['check', 'chunk', 'commit', 'structured-data'] as const)
        expectStory(step, recorded(name), ['expire-sign-in']);
      expect(SESSION_EXPIRED).toBe('Your session has expired. Please log in and retry.');
    });
  });

  describe('who may not go on', () => {
    it.each([
      ['oauth-unknown-access-token', /No approved grant/],
      ['blocked-upload', /^blocked: You have been blocked from editing\. \(test block\)$/],
      ['blocked-chunk', /^blocked: /],
      ['blocked-disableslogin-query', /^mwoauth-invalid-authorization-blocked-user: /],
      ['assert-user-anon', /^assertuserfailed: /],
      ['assertuser-other', /^assertnameduserfailed: /],
      ['upload-anon', /^mustbeloggedin: /],
      ['upload-without-right', /^permissiondenied: /],
    ])('%s pauses the person', (name, reason) => {
      for (const step of ['check', 'chunk', 'commit', 'structured-data'] as const) {
        const [only, ...rest] = storyOf(step, recorded(name));
        expect(only).toMatch(/^pause-user: /);
        expect(only?.replace('pause-user: ', '')).toMatch(reason);
        expect(rest).toEqual([]);
      }
    });

    it.each([
      [
        'autoblocked',
        'Your IP address has been blocked automatically, because it was used by a blocked user.',
      ],
      ['captcha', 'CAPTCHA needed'],
    ])('%s pauses the person', (code, text) => {
      expectStory('commit', told(code, text), [`pause-user: ${code}: ${text}`]);
    });

    const blocked = 'You have been blocked from editing.';
    it.each([
      ['an address', told('blocked', 'Your IP address is in a range that has been blocked.')],
      [
        'a hosting company',
        told('blocked', blocked, { blockinfo: { blockreason: '{{Colocationwebhost}}' } }),
      ],
      ['a proxy', told('blocked', blocked, { blockinfo: { blockreason: '[[m:NOP|Open proxy]]: see…' } })],
      ['MediaWiki itself', told('blocked', blocked, { blockinfo: { systemblocktype: 'dnsbl' } })],
      ['all wikis', told('globalblocking-blockedtext-range', 'Your IP range is globally blocked.')],
      ['all wikis, told by Wikibase', notSaved('permissiondenied', 'globalblocking-blockedtext-range')],
      ['servers before the wiki', read({ status: 403, body: 'Requests from your IP have been blocked' })],
    ])('a block of this service as %s pauses everything and fails nothing', (_as, failure) => {
      for (const step of ['check', 'chunk', 'commit', 'structured-data'] as const) {
        const story = storyOf(step, failure);
        expect(story).toEqual([expect.stringMatching(/^pause-service: [a-z]/)]);
      }
    });

    it('a refusal by a server before the wiki is a guess, with a way to go on if it concerns one upload alone', () => {
      const failure = read({ status: 403, body: 'Requests like this are blocked' });
      const otherwise = (step: Step, commons: number) => {
        const next = decideNext(step, failure, { here: 1, recoveries: {}, requeues: { commons } });
        return next.do === 'pause-service' ? next.otherwise : null;
      };
      const minutes = [0, 1, 2].map((times) => otherwise('commit', times));
      expect(minutes).toMatchObject(
        [5, 10, 15].map((some) => ({ do: 'requeue', kind: 'commons', afterMs: some * 60_000 })),
      );
      expect(otherwise('chunk', 3)).toMatchObject({
        do: 'fail',
        error: { message: expect.stringMatching(/^http-403: /) },
      });
      expect(otherwise('structured-data', 0)).toMatchObject({ do: 'owe' });
      const certain = decideNext('commit', told('globalblocking-blockedtext-ip', 'Your IP'), {
        here: 1,
        recoveries: {},
        requeues: {},
      });
      expect(certain).not.toHaveProperty('otherwise');
    });

    it.each([
      'Commons is not your personal web host',
      '[[COM:WEBHOST]]',
      'Abusing multiple accounts via VPN',
      'Abusing multiple accounts from one IP address',
    ])('a block for “%s” pauses the person', (blockreason) => {
      const failure = told('blocked', blocked, { blockinfo: { blockreason } });
      expectStory('commit', failure, [`pause-user: blocked: ${blocked} (${blockreason})`]);
    });
  });

  describe('source and download', () => {
    it.each(['download-http-503', 'download-network', 'download-timeout', 'download-truncated'])(
      '%s: four tries, ten minutes in the queue, four tries, failed',
      (code) => {
        const failure = download(code, 'The source stopped.');
        expectStory('download', failure, [
          ...IN_PLACE,
          'rest 10 min',
          ...IN_PLACE,
          `fail: ${code}: The source stopped.`,
        ]);
      },
    );

    it('no picture: the same, and failed with what was received', () => {
      const failure = download('download-not-media', 'The source sent no picture (application/x-php).');
      expect(storyOf('download', failure)).toEqual([
        ...IN_PLACE,
        'rest 10 min',
        ...IN_PLACE,
        'fail: download-not-media: The source sent no picture (application/x-php).',
      ]);
    });

    it('an address that has run out is asked for anew, once', () => {
      const failure = download('download-expired', 'No longer valid.');
      expectStory('download', failure, ['resolve-source-again', 'fail: download-expired: No longer valid.']);
    });

    it('a source in trouble rests once; one that asks for time gets it', () => {
      const failure = download('http-500', 'Mapillary has trouble answering.');
      expect(storyOf('source', failure).slice(0, 4)).toEqual([...IN_PLACE, 'rest 10 min']);
      const limited = new TemporaryError('mapillary-rate-limit', 'x', { retryAfterMs: 60_000 });
      expectStory('source', limited, ['wait 1 min', '…']);
    });

    it('the same content in another upload: a minute in the queue, three times, then longer', () => {
      const failure = download('sha1-locked', 'The same file is being uploaded.');
      const rests = ['rest 1 min', 'rest 1 min', 'rest 1 min'];
      expectStory('lock', failure, [...rests, 'wait 10 min', '…']);
    });
  });

  describe('chunk', () => {
    it('uploadstash-exception: four tries, then again in 5, 10 and 15 minutes', () => {
      const text = 'Could not store upload in the stash (UploadStashFileException): "disk".';
      for (const code of ['uploadstash-exception', 'UploadStashFileException', 'apierror-stashfilestorage'])
        expectStory('chunk', told(code, text), [...WITH_RESTS, `fail: ${code}: ${text}`]);
    });

    it.each([
      ['internal_api_error_DBQueryTimeoutError', 'Database query error.'],
      ['internal_api_error_UploadChunkFileException', 'Caught exception'],
      ['UploadChunkFileException', 'Error storing file'],
      ['internal_api_error_JobQueueError', 'Caught exception'],
      ['JobQueueError', 'Caught exception'],
      ['backend-fail-internal', 'An unknown error occurred in storage backend "local-swift".'],
      ['some-code', 'backend-fail-internal'],
      ['lockmanager-fail-conflict', 'Could not acquire lock.'],
    ])('%s (%s): four tries', (code, text) => {
      expectStory('chunk', told(code, text), [...IN_PLACE, `fail: ${code}: ${text}`]);
    });

    it.each([
      'chunk-unknown-filekey',
      'chunk-resent-last-after-completion',
      'chunk-resent-last-with-new-filekey',
    ])('%s: from the first byte, twice', (name) => {
      const failure = recorded(name);
      expectStory('chunk', failure, ['restart-stash', 'restart-stash', `fail: ${failure.message}`]);
    });

    it.each([
      ['uploadstash-bad-path', "Path doesn't exist."],
      ['uploadstash-zero-length', 'File is zero length.'],
      ['stashedfilenotfound', 'Could not find the file in the stash.'],
    ])('%s: from the first byte, twice', (code, text) => {
      expectStory('chunk', told(code, text), ['restart-stash', 'restart-stash', `fail: ${code}: ${text}`]);
    });

    it.each([
      ['chunk-resent-middle', 1_000_000],
      ['chunk-wrong-offset-ahead', 500_000],
    ])('%s: goes on where the wiki says, up to five times a run', (name, offset) => {
      const failure = recorded(name);
      const jumps = Array<string>(5).fill(`go on at ${offset}`);
      const run = [...jumps, ...IN_PLACE];
      const rests = RESTS.flatMap((rest) => [...run, rest]);
      expectStory('chunk', failure, [...rests, ...run, `fail: ${failure.message}`]);
    });

    it('already completed: asks for the result', () => {
      expect(storyOf('chunk', recorded('async-chunk-resent-last-while-queued'))[0]).toBe('poll');
    });

    it.each(['filetype-banned-chunk', 'verification-mismatch-chunk-only', 'abusefilter-disallow-stash'])(
      '%s: failed at once',
      (name) => {
        const failure = recorded(name);
        expectStory('chunk', failure, [`fail: ${failure.message}`]);
      },
    );
  });

  describe('commit', () => {
    it.each([
      ['backend-fail-internal', 'An unknown error occurred.'],
      ['JobQueueError', 'Caught exception'],
      ['internal_api_error_DBQueryError', 'Database query error.'],
    ])('%s: four tries', (code, text) => {
      expectStory('commit', told(code, text), [...IN_PLACE, `fail: ${code}: ${text}`]);
    });

    it.each([
      'commit-again-same-filekey',
      'commit-old-filekey-after-completion',
      'race-same-filekey-twice-1',
    ])('%s: the file is stashed anew, twice', (name) => {
      const failure = recorded(name);
      expectStory('commit', failure, ['restart-stash', 'restart-stash', `fail: ${failure.message}`]);
    });

    it('the same publication is running: asks for its result', () => {
      expect(storyOf('commit', recorded('async-commit-again-while-queued'))[0]).toBe('poll');
    });

    it.each(['ratelimit-commit-limited', 'ratelimit-upload-2-limited'])(
      '%s: waits for the window',
      (name) => {
        expectStory('commit', recorded(name), ['wait-for-rate-window']);
      },
    );

    it('a blacklisted title is told apart', () => {
      const failure = recorded('name-blacklisted-commit');
      expectStory('commit', failure, [`title_blacklisted: ${failure.message}`]);
      expect(failure.message).toMatch(/^titleblacklist-forbidden-edit: The title/);
    });

    it.each([
      'abusefilter-disallow-commit-only',
      'abusefilter-warn-commit-1',
      'upload-protected-title',
      'upload-disabled',
      'name-241-bytes-too-long',
      'filekey-malformed',
      'verification-random-as-jpg',
    ])('%s: failed at once, in the wiki’s words', (name) => {
      const failure = recorded(name);
      expectStory('commit', failure, [`fail: ${failure.message}`]);
    });

    it('a code that nobody knows: once more, then failed with what was said', () => {
      expectStory('commit', told('brand-new', 'What?'), ['3 s', 'fail: brand-new: What?']);
    });
  });

  describe('check', () => {
    it('a check that could not be made is never taken for a yes', () => {
      const failure = told('internal_api_error_DBQueryError', 'Database query error.');
      expectStory('check', failure, [...WITH_RESTS, `fail: ${failure.message}`]);
    });

    it('an impossible title: failed at once', () => {
      expect(storyOf('check', recorded('titleblacklist-invalid-title'))).toEqual([
        expect.stringMatching(/^fail: invalidtitle: /),
      ]);
    });
  });

  describe('structured data', () => {
    it('actionthrottledtext: waits and repeats, never counted as done', () => {
      const waits = ['15 s', '30 s', '45 s', '1 min'];
      const failure = notSaved('failed-save', 'wikibase-api-failed-save', 'actionthrottledtext');
      expectStory('structured-data', failure, [...waits, 'owe: actionthrottledtext: The save has failed.']);
      expect(storyOf('structured-data', recorded('ratelimit-edit-3')).slice(0, 4)).toEqual(waits);
    });

    it('an edit conflict is read again at once: four tries', () => {
      const failure = recorded('edit-conflict-baserevid');
      expectStory('structured-data', failure, ['0 s', '0 s', '0 s', `owe: ${failure.message}`]);
    });

    it.each([
      ['a save that failed', notSaved('failed-save', 'wikibase-api-failed-save')],
      ['a page not visible yet', told('no-such-entity', 'Could not find an entity.')],
      ['an internal error', told('internal_api_error_DBQueryError', 'Database query error.')],
    ])('%s: four tries, and owed', (_what, failure) => {
      expectStory('structured-data', failure, [...IN_PLACE, `owe: ${failure.message}`]);
    });

    it.each([
      ['edit-protected', recorded('edit-protected')],
      ['modification-failed', told('modification-failed', 'Malformed value.')],
    ])('%s: owed at once, for the file is published', (_what, failure) => {
      expectStory('structured-data', failure, [`owe: ${failure.message}`]);
    });
  });
});
