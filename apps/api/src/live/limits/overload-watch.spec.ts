import { beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { OverloadWatch, type Holding } from './overload-watch.js';

describe('OverloadWatch', () => {
  let closed: string[];

  beforeEach(() => {
    Logger.overrideLogger(false);
    closed = [];
  });

  const holding = (
    userid: string,
    { since = null, ...more }: Partial<Holding> & { since?: number | null } = {},
  ): Holding => ({
    userid,
    outgoing: 0,
    shared: [],
    incoming: 0,
    behindSince: null,
    unfinishedSince: () => since,
    close: (code, reason) => closed.push(`${userid} ${code} ${reason}`),
    ...more,
  });

  it('ends who stays behind or sends a message without end, in good time', () => {
    const watch = new OverloadWatch({ slowMs: 1_000, memoryBytes: 1_000 });
    const all = [holding('quick'), holding('behind', { behindSince: 500 }), holding('slow', { since: 600 })];
    watch.look(all, 1_499);
    expect(closed).toEqual([]);
    watch.look(all, 1_600);
    expect(closed).toEqual([
      'behind 1013 You read too slowly',
      'slow 1013 A message did not come to its end',
    ]);
  });

  it('ends those that hold most, until the rest fits', () => {
    const watch = new OverloadWatch({ slowMs: 1_000, memoryBytes: 1_000 });
    const all = [
      holding('small', { outgoing: 400, incoming: 100 }),
      holding('largest', { incoming: 900 }),
      holding('large', { outgoing: 600 }),
      holding('tiny', { outgoing: 10 }),
    ];
    watch.look(all.slice(2), 0);
    expect(closed).toEqual([]);
    watch.look(all, 0);
    expect(closed.map((line) => line.split(' ')[0])).toEqual(['largest', 'large']);
  });

  it('counts what many are sent once, and ends nobody for it', () => {
    const watch = new OverloadWatch({ slowMs: 1_000, memoryBytes: 1_000 });
    const state = new Uint8Array(600);
    const another = new Uint8Array(300);
    const readers = Array.from({ length: 50 }, (_, index) =>
      holding(`reader ${index}`, { outgoing: 600, shared: [state] }),
    );
    watch.look(readers, 0);
    expect(closed).toEqual([]);
    const all = [
      ...readers.slice(0, 2),
      holding('own', { outgoing: 1_100, shared: [another] }),
      holding('two', { outgoing: 900, shared: [state, another] }),
    ];
    watch.look(all, 0);
    expect(closed.map((line) => line.split(' ')[0])).toEqual(['own']);
  });
});
