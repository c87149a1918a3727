import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { MessagePace } from './message-pace.js';

const LIMITS = {
  wsMessagesPerSecond: 0.01,
  wsMessagesBurst: 3,
  wsUserMessagesPerSecond: 1,
  wsUserMessagesBurst: 10,
};

/** Whether it comes without a wait. */
const isAtOnce = async (waiting: Promise<unknown>): Promise<boolean> => {
  let hasCome = false;
  void waiting.then(() => (hasCome = true));
  for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
  return hasCome;
};

describe('the pace of messages', () => {
  const asked: unknown[][] = [];
  let answer: () => Promise<number> = () => Promise.resolve(0);
  const pace = new MessagePace(LIMITS, {
    take: (...question) => {
      asked.push(question);
      return answer();
    },
  });

  it('lets a connection send some at once, then makes it wait; one that closes waits no longer', async () => {
    const closing = new AbortController();
    const take = pace.begin('7');
    for (let sent = 0; sent < 3; sent += 1) expect(await isAtOnce(take(100, closing.signal))).toBe(true);
    const fourth = take(100, closing.signal);
    expect(await isAtOnce(fourth)).toBe(false);
    closing.abort();
    expect(await fourth).toEqual({ refusedForMs: 0 });
    expect(await isAtOnce(pace.begin('7')(100, new AbortController().signal))).toBe(true);
  });

  it('counts a large message as several', async () => {
    const closing = new AbortController();
    const take = pace.begin('7');
    asked.length = 0;
    expect(await isAtOnce(take(2 * 65_536, closing.signal))).toBe(true);
    expect(asked).toEqual([['messages:7', 3, { perSecond: 1, burst: 10 }, 5_000]]);
    expect(await isAtOnce(take(1, closing.signal))).toBe(false);
    closing.abort();
  });

  it('waits or refuses as all connections of the person allow', async () => {
    const closing = new AbortController();
    answer = () => Promise.resolve(60_000);
    expect(await isAtOnce(pace.begin('7')(1, closing.signal))).toBe(false);
    closing.abort();
    answer = () => Promise.resolve(-6_000);
    expect(await pace.begin('7')(1, new AbortController().signal)).toEqual({ refusedForMs: 6_000 });
  });

  it('goes on by connection alone while Redis is away', async () => {
    Logger.overrideLogger(false);
    answer = () => Promise.reject(new Error('away'));
    asked.length = 0;
    const closing = new AbortController();
    const take = pace.begin('7');
    for (let sent = 0; sent < 3; sent += 1) expect(await isAtOnce(take(1, closing.signal))).toBe(true);
    expect(await isAtOnce(take(1, closing.signal))).toBe(false);
    expect(asked).toHaveLength(1);
    closing.abort();
  });
});
