import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { LaterWork } from './later-work.js';

describe('LaterWork', () => {
  it('is waited for at a shutdown, with what it starts itself', async () => {
    const later = new LaterWork();
    const done: string[] = [];
    later.start('do the first', async () => {
      await Promise.resolve();
      done.push('first');
      later.start('do the second', async () => {
        await new Promise(setImmediate);
        done.push('second');
      });
    });
    expect(done).toEqual([]);
    await later.beforeApplicationShutdown();
    expect(done).toEqual(['first', 'second']);
  });

  it('fails without hurting anybody', async () => {
    Logger.overrideLogger(false);
    const later = new LaterWork();
    later.start('fail', () => Promise.reject(new Error('away')));
    later.start('fail at once', () => {
      throw new Error('away');
    });
    await later.beforeApplicationShutdown();
    Logger.overrideLogger(true);
  });
});
