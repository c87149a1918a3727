import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { UploadState, UploadStatus } from '#app/protocol';
import type { Subscriber } from './subscriber.js';
import { Reader } from './testing/reader.js';
import { WatchedBatch } from './watched-batch.js';

interface Frame {
  type: string;
  nonce: string;
  data: { id: number; status: string }[] | number;
}

class Listener extends Reader implements Subscriber {
  readonly frames: Frame[] = [];

  sendFrame(frame: string | Buffer): void {
    this.frames.push(JSON.parse(frame.toString()) as Frame);
  }

  /** `1:queued 2:failed` for an update, the type for anything else; empties the list. */
  take(): string[] {
    return this.frames
      .splice(0)
      .map(({ type, data }) =>
        Array.isArray(data) ? data.map(({ id, status }) => `${id}:${status}`).join(' ') : type,
      );
  }
}

const state = (id: number, status: UploadStatus, version: number): UploadState => ({
  id,
  batchid: 7,
  status,
  key: `k${id}`,
  handler: 'mapillary',
  version,
});

describe('WatchedBatch', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const watched = (...states: UploadState[]): { batch: WatchedBatch; listener: Listener } => {
    const batch = new WatchedBatch(7);
    batch.apply(states);
    const listener = new Listener();
    batch.join(listener);
    return { batch, listener };
  };

  it('starts with the whole state', () => {
    const { listener } = watched(state(1, 'queued', 1), state(2, 'failed', 1));
    expect(listener.take()).toEqual(['1:queued 2:failed']);
  });

  it('lets the highest version win, in whatever order states arrive', () => {
    const batch = new WatchedBatch(7);
    batch.apply([state(1, 'completed', 3)]);
    batch.apply([state(1, 'queued', 1), state(1, 'in_progress', 2)]);
    const listener = new Listener();
    batch.join(listener);
    expect(listener.take()).toEqual(['1:completed', 'UPLOADS_COMPLETE']);
  });

  it('tells the first change at once and gathers what follows', () => {
    const { batch, listener } = watched(state(1, 'queued', 1), state(2, 'queued', 1));
    listener.take();
    batch.apply([state(1, 'in_progress', 2)]);
    expect(listener.take()).toEqual(['1:in_progress']);
    batch.apply([state(2, 'in_progress', 2)]);
    batch.apply([state(1, 'completed', 3)]);
    batch.apply([state(2, 'failed', 3)]);
    expect(listener.take()).toEqual([]);
    jest.advanceTimersByTime(50);
    expect(listener.take()).toEqual(['2:failed 1:completed', 'UPLOADS_COMPLETE']);
    jest.advanceTimersByTime(1_000);
    expect(listener.take()).toEqual([]);
  });

  it('sends at most 20 frames a second', () => {
    const { batch, listener } = watched(state(1, 'queued', 1));
    listener.take();
    for (let version = 2; version <= 1_001; version += 1) {
      batch.apply([state(1, version % 2 ? 'queued' : 'in_progress', version)]);
      jest.advanceTimersByTime(1);
    }
    jest.advanceTimersByTime(50);
    const updates = listener.take();
    expect(updates.length).toBeLessThanOrEqual(21);
    expect(updates.at(-1)).toBe('1:queued');
  });

  it('says nothing about what it already said', () => {
    const { batch, listener } = watched(state(1, 'queued', 1));
    listener.take();
    batch.apply([state(1, 'queued', 1)]);
    jest.advanceTimersByTime(1_000);
    expect(listener.take()).toEqual([]);
  });

  it('completes a batch in which everything was cancelled', () => {
    const { batch, listener } = watched(state(1, 'queued', 1));
    listener.take();
    batch.apply([state(1, 'cancelled', 2)]);
    expect(listener.take()).toEqual(['1:cancelled', 'UPLOADS_COMPLETE']);
  });

  it('never completes an empty batch', () => {
    const { batch, listener } = watched();
    expect(listener.take()).toEqual(['']);
    batch.apply([]);
    jest.advanceTimersByTime(1_000);
    expect(listener.take()).toEqual([]);
  });

  it('goes on when uploads are added, and completes again', () => {
    const { batch, listener } = watched(state(1, 'completed', 3));
    expect(listener.take()).toEqual(['1:completed', 'UPLOADS_COMPLETE']);
    batch.apply([state(2, 'queued', 1)]);
    jest.advanceTimersByTime(50);
    expect(listener.take()).toEqual(['2:queued']);
    batch.apply([state(2, 'duplicate', 2)]);
    jest.advanceTimersByTime(50);
    expect(listener.take()).toEqual(['2:duplicate', 'UPLOADS_COMPLETE']);
  });

  it('tells the completion once to each, also to one who comes just before it is told', () => {
    const { batch, listener } = watched(state(1, 'queued', 1));
    batch.apply([state(1, 'in_progress', 2)]);
    batch.apply([state(1, 'completed', 3)]);
    const late = new Listener();
    batch.join(late);
    jest.advanceTimersByTime(1_000);
    const completions = (frames: string[]): number =>
      frames.filter((frame) => frame === 'UPLOADS_COMPLETE').length;
    expect(completions(listener.take())).toBe(1);
    expect(completions(late.take())).toBe(1);
  });

  it('tells nobody of the completion before the change that completes it', () => {
    const { batch, listener } = watched(state(1, 'queued', 1));
    batch.apply([state(1, 'in_progress', 2)]);
    batch.apply([state(1, 'completed', 3)]);
    listener.take();
    const another = new Listener();
    batch.join(another);
    expect(another.take()).toEqual(['1:completed', 'UPLOADS_COMPLETE']);
    expect(listener.take()).toEqual([]);
    jest.advanceTimersByTime(50);
    expect(listener.take()).toEqual(['1:completed', 'UPLOADS_COMPLETE']);
  });

  it('encodes the whole state once for all who come while it holds, and never sends one of them a nonce twice', () => {
    const batch = new WatchedBatch(7);
    batch.apply([state(1, 'queued', 1)]);
    const listeners = [new Listener(), new Listener()];
    for (const listener of [...listeners, ...listeners]) batch.join(listener);
    const [first, second] = listeners.map(({ frames }) => frames.map(({ nonce }) => nonce));
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(2);
    batch.apply([state(1, 'failed', 2)]);
    const late = new Listener();
    batch.join(late);
    expect(late.take()).toEqual(['1:failed', 'UPLOADS_COMPLETE']);
  });

  it('leaves out the version, and forgets who left', () => {
    const { batch, listener } = watched(state(1, 'queued', 1));
    expect(listener.frames[0]?.data).toEqual([
      { id: 1, batchid: 7, status: 'queued', key: 'k1', handler: 'mapillary' },
    ]);
    listener.take();
    batch.leave(listener);
    batch.apply([state(1, 'completed', 2)]);
    expect(listener.take()).toEqual([]);
  });

  it('keeps only the newest state of each upload for one who is behind, and holds up nobody else', () => {
    const { batch, listener } = watched(state(1, 'queued', 1), state(2, 'queued', 1));
    const other = new Listener();
    batch.join(other);
    listener.take();
    other.take();
    listener.isBehind = true;
    for (let version = 2; version < 1_000; version += 1) {
      batch.apply([state(1, version % 2 ? 'queued' : 'in_progress', version)]);
      jest.advanceTimersByTime(10);
    }
    batch.apply([state(1, 'completed', 1_000), state(2, 'failed', 2)]);
    jest.advanceTimersByTime(1_000);
    expect(listener.take()).toEqual([]);
    expect(other.take().slice(-2)).toEqual(['1:completed 2:failed', 'UPLOADS_COMPLETE']);
    listener.catchUp();
    expect(listener.take()).toEqual(['1:completed 2:failed', 'UPLOADS_COMPLETE']);
  });

  it('tells one who has left nothing of what they missed', () => {
    const { batch, listener } = watched(state(1, 'queued', 1));
    listener.take();
    listener.isBehind = true;
    batch.apply([state(1, 'completed', 2)]);
    batch.leave(listener);
    listener.catchUp();
    expect(listener.take()).toEqual([]);
  });
});
