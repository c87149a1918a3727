import { describe, expect, it } from '@jest/globals';
import { explainPause, PAUSED_BY_OWNER } from './explain-pause.js';

const GOES_ON = { pausedAt: null, pausedReason: null };
const paused = (pausedReason: string | null) => ({ pausedAt: new Date(), pausedReason });

describe('explainPause', () => {
  it('has nothing to explain when nothing is held back', () => {
    expect(explainPause(GOES_ON, GOES_ON, false)).toBeNull();
    expect(explainPause(GOES_ON, null, false)).toBeNull();
  });

  it('makes sentences of what the wiki said', () => {
    const explain = (reason: string | null) => explainPause(GOES_ON, paused(reason), false);
    const what =
      'Commons refuses your uploads: blocked: You are blocked. They go on after you sign in again.';
    expect(explain('blocked: You are blocked')).toBe(what);
    expect(explain('blocked: You are blocked.')).toBe(what);
    expect(explain(null)).toBe('Commons refuses your uploads. They go on after you sign in again.');
  });

  it('tells first what the owner can end', () => {
    expect(explainPause(paused('Mine.'), paused('theirs'), true)).toBe('Mine.');
    expect(explainPause(paused(null), GOES_ON, false)).toBe(PAUSED_BY_OWNER);
    expect(explainPause(GOES_ON, paused('theirs'), true)).toContain('sign in again');
    expect(explainPause(GOES_ON, GOES_ON, true)).toContain('at the moment');
  });
});
