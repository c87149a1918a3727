import { afterEach, describe, expect, it } from '@jest/globals';
import { currentContext } from '#app/observability';
import { Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { RegularChores, type Chore } from './regular-chores.js';

const OFTEN_SECONDS = 0.005;

class KeptErrors extends Logger {
  readonly errors: unknown[] = [];

  override error(message: unknown): void {
    this.errors.push(message);
  }

  override debug(): void {
    return;
  }
}

describe('RegularChores', () => {
  const logger = new KeptErrors();
  let chores: RegularChores | undefined;

  afterEach(() => {
    chores?.end();
    chores = undefined;
  });

  const begin = (all: Record<string, Chore>, seconds = OFTEN_SECONDS): RegularChores => {
    chores = new RegularChores(new SchedulerRegistry(), logger, all);
    chores.begin(seconds);
    return chores;
  };

  it('does each at once, not only after its time', async () => {
    const done: string[] = [];
    begin({ one: async () => done.push('one'), two: async () => done.push('two') }, 3_600);
    expect(done).toEqual(['one', 'two']);
  });

  it('names each in all that is logged meanwhile', async () => {
    const seen = new Map<string, unknown>();
    const note = (name: string) => async () => seen.set(name, currentContext());
    begin({ one: note('one'), two: note('two') }, 3_600);
    await waitUntil('both', () => seen.size === 2);
    expect([...seen.values()]).toEqual([{ chore: 'one' }, { chore: 'two' }]);
  });

  it('does one turn of a chore at a time, and lets a slow one keep no other waiting', async () => {
    let slow = 0;
    let quick = 0;
    let finish: (() => void) | undefined;
    const begun = begin({
      slow: async () => {
        slow += 1;
        await new Promise<void>((resolve) => (finish = resolve));
      },
      quick: async () => (quick += 1),
    });
    await waitUntil('more turns of the quick one', () => quick >= 3);
    expect(slow).toBe(1);
    let isFinished = false;
    begun.end();
    chores = undefined;
    const finished = begun.finish().then(() => (isFinished = true));
    await Promise.resolve();
    expect(isFinished).toBe(false);
    finish?.();
    await finished;
    expect(slow).toBe(1);
  });

  it('goes on after a failure, and says what failed', async () => {
    let turns = 0;
    begin({
      fragile: async () => {
        turns += 1;
        throw new Error('away');
      },
    });
    await waitUntil('a second turn', () => turns >= 2);
    expect(logger.errors[0]).toEqual({
      message: 'fragile failed; it is tried again at the next turn',
      error: new Error('away'),
    });
  });
});
