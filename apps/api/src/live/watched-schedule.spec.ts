import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { BatchScheduleDto } from '#app/protocol';
import type { Subscriber } from './subscriber.js';
import { Reader } from './testing/reader.js';
import { WatchedSchedule } from './watched-schedule.js';

class Listener extends Reader implements Subscriber {
  readonly queued: number[] = [];

  sendFrame(frame: string | Buffer): void {
    const { data } = JSON.parse(frame.toString()) as { data: BatchScheduleDto };
    this.queued.push(data.queued);
  }
}

/** A schedule whose looks are counted. */
class Looked {
  looks = 0;
  queued = 5;
  changesAt: Date | null = null;
  readonly failures: unknown[] = [];
  fails = false;
  readonly watched = new WatchedSchedule(
    async () => {
      this.looks += 1;
      await Promise.resolve();
      if (this.fails) throw new Error('away');
      return {
        schedule: { batchid: 7, queued: this.queued, paused: false },
        changesAt: this.changesAt,
      };
    },
    (error) => this.failures.push(error),
  );

  async join(): Promise<Listener> {
    const listener = new Listener();
    await this.watched.load();
    this.watched.join(listener);
    return listener;
  }
}

describe('WatchedSchedule', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is told at once, and looked at no more while nothing changes', async () => {
    const looked = new Looked();
    const listener = await looked.join();
    await jest.advanceTimersByTimeAsync(60_000);
    expect([listener.queued, looked.looks]).toEqual([[5], 1]);
  });

  it('is looked at once a second for all together, and told when it is another', async () => {
    const looked = new Looked();
    const listeners = [await looked.join(), new Listener()];
    for (const listener of listeners.slice(1)) looked.watched.join(listener);
    for (let ms = 0; ms < 3_000; ms += 50) {
      looked.queued = 4;
      looked.watched.noteChange();
      await jest.advanceTimersByTimeAsync(50);
    }
    await jest.advanceTimersByTimeAsync(5_000);
    expect(looked.looks).toBe(4);
    expect(listeners.map(({ queued }) => queued)).toEqual([
      [5, 4],
      [5, 4],
    ]);
  });

  it('is told at once when the last change was long ago', async () => {
    const looked = new Looked();
    const listener = await looked.join();
    await jest.advanceTimersByTimeAsync(10_000);
    looked.queued = 3;
    looked.watched.noteChange();
    await jest.advanceTimersByTimeAsync(0);
    expect(listener.queued).toEqual([5, 3]);
  });

  it('misses no change that comes while it is looked at', async () => {
    const looked = new Looked();
    const listener = await looked.join();
    await jest.advanceTimersByTimeAsync(1_000);
    looked.watched.noteChange();
    jest.advanceTimersByTime(0);
    looked.queued = 1;
    looked.watched.noteChange();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(listener.queued.at(-1)).toBe(1);
  });

  it('is not left old for who joins late', async () => {
    const looked = new Looked();
    await looked.join();
    await jest.advanceTimersByTimeAsync(60_000);
    looked.queued = 2;
    const late = new Listener();
    looked.watched.join(late);
    await jest.advanceTimersByTimeAsync(0);
    expect(late.queued).toEqual([5, 2]);
  });

  it('is looked at when it changes by itself', async () => {
    const looked = new Looked();
    looked.changesAt = new Date(Date.now() + 30_000);
    const listener = await looked.join();
    looked.queued = 0;
    looked.changesAt = null;
    await jest.advanceTimersByTimeAsync(29_000);
    expect(listener.queued).toEqual([5]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(listener.queued).toEqual([5, 0]);
  });

  it('is looked at again after a failure', async () => {
    const looked = new Looked();
    const listener = await looked.join();
    looked.fails = true;
    looked.watched.noteChange();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(looked.failures).toEqual([new Error('away')]);
    looked.fails = false;
    looked.queued = 1;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(listener.queued).toEqual([5, 1]);
  });

  it('ends with its watchers', async () => {
    const looked = new Looked();
    looked.changesAt = new Date(Date.now() + 30_000);
    await looked.join();
    looked.watched.noteChange();
    looked.watched.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
