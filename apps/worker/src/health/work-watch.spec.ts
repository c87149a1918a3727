import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WorkWatch, type DueWork } from './work-watch.js';

const NOTHING: DueWork = { uploads: null, jobs: null };
const STALL_MS = 60_000;

describe('WorkWatch', () => {
  let watch: WorkWatch;

  beforeEach(() => {
    watch = new WorkWatch();
  });

  const stallIn = (ms: number, due: DueWork = NOTHING): string | null =>
    watch.findStall(due, {
      now: Date.now() + ms,
      stallMs: STALL_MS,
      places: { uploads: 2, jobs: 1 },
    });
  const dueSinceNow = (): DueWork => ({ uploads: Date.now(), jobs: null });
  const never = (): Promise<never> => new Promise(() => undefined);

  it('finds nothing wrong with a worker that has nothing to do', () => {
    expect(stallIn(10 * STALL_MS)).toBeNull();
  });

  it('finds a look for work that hangs', () => {
    void watch.look('jobs', never);
    expect(stallIn(STALL_MS - 1_000)).toBeNull();
    expect(stallIn(STALL_MS + 1_000)).toBe('jobs: a look for work has not ended for 61 s');
  });

  it('forgets a look that has ended, however it did', async () => {
    await watch.look('uploads', () => Promise.resolve());
    await expect(watch.look('uploads', () => Promise.reject(new Error('Gone')))).rejects.toThrow();
    expect(stallIn(STALL_MS + 1_000)).toBeNull();
  });

  it('finds work that is due and not looked for', async () => {
    const due = dueSinceNow();
    expect(stallIn(STALL_MS + 1_000, due)).toMatch(/^uploads: work is due/);
    expect(stallIn(STALL_MS - 1_000, due)).toBeNull();
    await watch.look('uploads', () => Promise.resolve());
    expect(stallIn(STALL_MS - 1_000, { ...due, uploads: Date.now() - 10 * STALL_MS })).toBeNull();
  });

  it('expects no look while every place is taken, and one after that', async () => {
    let end: () => void = () => undefined;
    const running = [1, 2].map(() =>
      watch.run('uploads', () => new Promise<void>((resolve) => (end = resolve))),
    );
    expect(watch.running('uploads')).toBe(2);
    expect(stallIn(STALL_MS + 1_000, dueSinceNow())).toBeNull();
    end();
    await running[1];
    expect(watch.running('uploads')).toBe(1);
    expect(stallIn(STALL_MS + 1_000, dueSinceNow())).toMatch(/work is due/);
  });

  it('does not count the time in which nothing was to be looked for', async () => {
    const now = Date.now() + 10 * STALL_MS;
    jest.useFakeTimers({ now });
    watch.rest('uploads');
    jest.useRealTimers();
    const due = { uploads: Date.now(), jobs: null };
    expect(watch.findStall(due, { now, stallMs: STALL_MS, places: { uploads: 2, jobs: 1 } })).toBeNull();
    const later = now + STALL_MS + 1_000;
    expect(watch.findStall(due, { now: later, stallMs: STALL_MS, places: { uploads: 2, jobs: 1 } })).toMatch(
      /work is due/,
    );
  });

  it('finds a loop that has ended', async () => {
    const ending = watch.follow('uploads', Promise.reject(new Error('Why ever')));
    expect(stallIn(0)).toBeNull();
    await ending;
    expect(stallIn(0)).toBe('uploads: nothing is taken from the queue any more');
  });
});
