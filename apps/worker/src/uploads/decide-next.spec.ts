import { describe, expect, it } from '@jest/globals';
import { TemporaryError } from '#app/protocol';
import { decideNext, type Next, type Recoveries, type Step } from './decide-next.js';

/** What each upstream answer comes to stands in answer-table.spec.ts. */
describe('decideNext', () => {
  const after = (step: Step, error: unknown, here = 1, recoveries: Recoveries = {}): Next =>
    decideNext(step, error, { here, recoveries, requeues: {} });

  it.each(['lock', 'check', 'chunk', 'commit'] as const)(
    'fails nothing at %s while Redis is away',
    (step) => {
      const away = new TemporaryError('redis', 'Connection is closed.');
      expect(after(step, away, 9)).toMatchObject({ do: 'requeue', kind: null });
    },
  );

  it('counts each way to recover for itself', () => {
    const gone = new TemporaryError('uploadstash-file-not-found', 'gone');
    const others = { poll: 3, 'continue-at': 5 };
    expect(after('commit', gone, 4, { ...others, 'restart-stash': 1 })).toEqual({ do: 'restart-stash' });
    expect(after('commit', gone, 1, { 'restart-stash': 2 }).do).toBe('fail');
  });

  it('does not take a bug for an answer', () => {
    expect(() => after('commit', new TypeError('undefined'))).toThrow(TypeError);
  });
});
