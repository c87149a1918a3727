import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { UploadProgress } from '#app/protocol';
import type { Subscriber } from './subscriber.js';
import { Reader } from './testing/reader.js';
import { WatchedProgress } from './watched-progress.js';

class Listener extends Reader implements Subscriber {
  readonly frames: { type: string; data: UploadProgress[] }[] = [];

  sendFrame(frame: string | Buffer): void {
    this.frames.push(JSON.parse(frame.toString()) as Listener['frames'][number]);
  }

  /** `1:received/sent` of each upload, a text for each frame; empties the list. */
  take(): string[] {
    return this.frames
      .splice(0)
      .map(({ data }) => data.map(({ id, received, sent }) => `${id}:${received}/${sent}`).join(' '));
  }
}

const progress = (id: number, received: number, sent = 0): UploadProgress => ({ id, received, sent });

describe('WatchedProgress', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const watched = (): { batch: WatchedProgress; listener: Listener } => {
    const [batch, listener] = [new WatchedProgress(), new Listener()];
    batch.join(listener);
    return { batch, listener };
  };

  it('tells the first at once and of each upload at most four a second, the last one always', () => {
    const { batch, listener } = watched();
    for (let ms = 0; ms < 1_000; ms += 10) {
      batch.apply([progress(1, ms + 1), progress(2, ms + 2)]);
      jest.advanceTimersByTime(10);
    }
    expect(listener.take()).toEqual(['1:1/0 2:2/0', '1:271/0 2:272/0', '1:541/0 2:542/0', '1:821/0 2:822/0']);
    jest.advanceTimersByTime(250);
    expect(listener.take()).toEqual(['1:991/0 2:992/0']);
  });

  it('tells whole documents: what is unknown is absent', () => {
    const { batch, listener } = watched();
    batch.apply([{ id: 1, received: 5, sent: 0, size: 10 }, progress(2, 1)]);
    expect(listener.frames[0]).toMatchObject({
      type: 'UPLOAD_PROGRESS',
      data: [{ id: 1, received: 5, sent: 0, size: 10 }, progress(2, 1)],
    });
    expect(listener.frames[0]?.data[1]).not.toHaveProperty('size');
  });

  it('tells nothing twice', () => {
    const { batch, listener } = watched();
    batch.apply([progress(1, 5)]);
    batch.apply([progress(1, 6)]);
    batch.apply([progress(1, 5)]);
    jest.advanceTimersByTime(10_000);
    batch.apply([progress(1, 5)]);
    expect(listener.take()).toEqual(['1:5/0']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends with its watchers', () => {
    const { batch, listener } = watched();
    const other = new Listener();
    batch.join(other);
    batch.leave(listener);
    batch.apply([progress(1, 1)]);
    batch.apply([progress(1, 2)]);
    batch.close();
    jest.advanceTimersByTime(1_000);
    expect([listener.take(), other.take()]).toEqual([[], ['1:1/0']]);
  });

  it('keeps only the latest of each upload for one who is behind', () => {
    const { batch, listener } = watched();
    listener.isBehind = true;
    for (let ms = 0; ms < 1_000; ms += 10) {
      batch.apply([progress(1, ms + 1), progress(2, ms + 2)]);
      jest.advanceTimersByTime(10);
    }
    jest.advanceTimersByTime(250);
    expect(listener.take()).toEqual([]);
    listener.catchUp();
    expect(listener.take()).toEqual(['1:991/0 2:992/0']);
  });
});
