import { describe, expect, it } from '@jest/globals';
import { CuratorError } from './curator-error.js';
import { Feed } from './feed.js';

const appended = (waiting: number[] | undefined, came: number): number[] => [...(waiting ?? []), came];

const aFeed = (signal?: AbortSignal): { feed: Feed<number[], number>; ends: () => number } => {
  let ends = 0;
  const feed = new Feed(appended, () => (ends += 1), signal);
  return { feed, ends: () => ends };
};

describe('Feed', () => {
  it('gives what came, as one value where several came since the last', async () => {
    const { feed } = aFeed();
    const first = feed.next();
    feed.push(1);
    expect(await first).toEqual({ done: false, value: [1] });
    feed.push(2);
    feed.push(3);
    expect(await feed.next()).toEqual({ done: false, value: [2, 3] });
  });

  it('gives what waits before its end, and tells of the end once', async () => {
    const { feed, ends } = aFeed();
    feed.push(1);
    feed.complete();
    feed.complete();
    feed.push(2);
    const all: number[][] = [];
    for await (const value of feed) all.push(value);
    expect([all, ends()]).toEqual([[[1]], 1]);
  });

  it('gives what waits before its error, and the error once', async () => {
    const { feed } = aFeed();
    feed.push(1);
    feed.fail(new CuratorError('REFUSED', 'No.'));
    expect(await feed.next()).toEqual({ done: false, value: [1] });
    await expect(feed.next()).rejects.toThrow('No.');
    expect(await feed.next()).toEqual({ done: true, value: undefined });
  });

  it('ends with the loop over it', async () => {
    const { feed, ends } = aFeed();
    feed.push(1);
    for await (const _ of feed) break;
    expect([feed.isEnded, ends()]).toEqual([true, 1]);
  });

  it('ends with its signal, also while it is read and before it began', async () => {
    const controller = new AbortController();
    const { feed, ends } = aFeed(controller.signal);
    const reading = feed.next();
    controller.abort(new Error('Enough'));
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED', cause: new Error('Enough') });
    expect(ends()).toBe(1);
    await expect(aFeed(controller.signal).feed.next()).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('has one reader', async () => {
    const { feed } = aFeed();
    const reading = feed.next();
    await expect(feed.next()).rejects.toThrow(TypeError);
    feed.push(1);
    expect(await reading).toEqual({ done: false, value: [1] });
  });
});
