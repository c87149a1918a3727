import { describe, expect, it } from '@jest/globals';
import { estimateSchedule, isNews, paceOf, type QueueFacts } from './estimate-schedule.js';

const NOW = new Date('2026-01-01T12:00:00Z');
const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const at = (seconds: number): string => inSeconds(seconds).toISOString();

const facts = (more: Partial<QueueFacts> = {}): QueueFacts => ({
  batchid: 7,
  queued: 10,
  nextStart: NOW,
  lastStart: NOW,
  ahead: 10,
  commits: [],
  now: NOW,
  ...more,
});

/** Commits that end now. @param gaps seconds between them, the newest first */
const commitsWith = (...gaps: number[]): Date[] => {
  let second = 0;
  return [inSeconds(0), ...gaps.map((gap) => inSeconds((second -= gap)))];
};

describe('estimateSchedule', () => {
  it('goes by the plan where that is slower than the work', () => {
    const planned = facts({ nextStart: inSeconds(60), lastStart: inSeconds(3_600) });
    expect(estimateSchedule(planned, null)).toEqual({
      batchid: 7,
      queued: 10,
      paused: false,
      next_start: at(60),
      estimated_end: at(3_600),
    });
  });

  it('goes by the pace of the work where the plan would let it go at once', () => {
    const overdue = { nextStart: inSeconds(-60), lastStart: inSeconds(-10) };
    expect(estimateSchedule(facts(overdue), null)).toMatchObject({
      next_start: at(0),
      estimated_end: at(20),
    });
    const busy = facts({ ...overdue, commits: commitsWith(5, 5, 5, 5) });
    expect(estimateSchedule(busy, null).estimated_end).toBe(at(50));
  });

  it('counts what the person has under way before it', () => {
    expect(estimateSchedule(facts({ ahead: 100 }), null).estimated_end).toBe(at(200));
    expect(estimateSchedule(facts({ ahead: 3 }), null).estimated_end).toBe(at(20));
  });

  it('tells no times while it is held back', () => {
    expect(estimateSchedule(facts(), 'Because.')).toEqual({
      batchid: 7,
      queued: 10,
      paused: true,
      reason: 'Because.',
    });
  });

  it('tells no times when nothing waits', () => {
    const nothing = facts({ queued: 0, nextStart: null, lastStart: null, ahead: 5 });
    expect(estimateSchedule(nothing, null)).toEqual({ batchid: 7, queued: 0, paused: false });
  });
});

describe('paceOf', () => {
  it('needs some uploads to go by', () => {
    expect(paceOf([])).toBe(2_000);
    expect(paceOf(commitsWith(60, 60))).toBe(2_000);
    expect(paceOf(commitsWith(60, 60, 60))).toBe(60_000);
  });

  it('leaves out times without work', () => {
    expect(paceOf(commitsWith(1, 1, 900, 1, 3))).toBe(1_500);
  });

  it('takes uploads that are done in the same moment', () => {
    expect(paceOf(commitsWith(0, 0, 0, 0))).toBe(0);
  });
});

describe('isNews', () => {
  const told = estimateSchedule(facts({ nextStart: inSeconds(60), lastStart: inSeconds(600) }), null);

  it('is what a person would notice', () => {
    const paused = estimateSchedule(facts(), 'Because.');
    expect(isNews(told, { ...told, queued: 9 })).toBe(true);
    expect(isNews(told, paused)).toBe(true);
    expect(isNews(paused, { ...paused, reason: 'Otherwise.' })).toBe(true);
    expect(isNews(told, { ...told, next_start: at(30) })).toBe(true);
    expect(isNews(told, { ...told, estimated_end: at(700) })).toBe(true);
  });

  it('is not the same again, nor a second more or less', () => {
    expect(isNews(told, { ...told })).toBe(false);
    expect(isNews(told, { ...told, next_start: at(61), estimated_end: at(599) })).toBe(false);
  });
});
