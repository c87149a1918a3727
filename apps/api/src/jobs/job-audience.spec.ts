import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '#app/persistence';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { JobAudience } from './job-audience.js';

const MOMENT = new Date('2026-05-01T12:00:00Z');

describe('JobAudience', () => {
  let job: Job;
  let looks: number;
  let isClosed: boolean;
  let audience: JobAudience;

  beforeEach(() => {
    job = {
      id: 1,
      kind: 'import',
      userid: '7',
      subject: 'Old town',
      params: {},
      status: 'running',
      done: 0,
      total: null,
      cursor: null,
      result: null,
      error: null,
      attempts: 0,
      cancelRequested: false,
      createdAt: MOMENT,
      updatedAt: MOMENT,
      startedAt: MOMENT,
      endedAt: null,
      traceparent: null,
    };
    looks = 0;
    isClosed = false;
    audience = new JobAudience({
      listen: () => Promise.resolve(),
      find: () => {
        looks += 1;
        return Promise.resolve({ ...job });
      },
      close: () => {
        isClosed = true;
      },
      report: (error) => {
        throw error;
      },
    });
  });

  const watch = async (): Promise<number[]> => {
    const told: number[] = [];
    await audience.join({}, 'import', ({ done }) => void told.push(done));
    return told;
  };

  it('tells a newcomer alone at once, and all of them what changes', async () => {
    const first = await watch();
    job.done = 1;
    const second = await watch();
    expect([first, second]).toEqual([[0], [1]]);
    job.done = 2;
    audience.noteChange();
    await waitUntil('the change', () => second.length === 2);
    expect([first, second]).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it('looks once for many changes, and tells the last of them', async () => {
    const told = await watch();
    for (let done = 1; done <= 100; done += 1) {
      job.done = done;
      audience.noteChange();
    }
    await waitUntil('the last change', () => told.at(-1) === 100);
    expect(looks).toBeLessThan(5);
  });

  it('tells one after the other, so that nothing older follows', async () => {
    const told: number[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await audience.join({}, 'import', async ({ done }) => {
      if (done === 1) await held;
      told.push(done);
    });
    job.done = 1;
    audience.noteChange();
    await waitUntil('the look', () => looks === 2);
    job.done = 2;
    const second = watch();
    release();
    expect(await second).toEqual([2]);
    audience.noteChange();
    await waitUntil('the last change', () => told.length === 3);
    expect(told).toEqual([0, 1, 2]);
  });

  it('ends with the job, and with the last watcher', async () => {
    const told = await watch();
    job.status = 'complete';
    audience.noteChange();
    await waitUntil('the end', () => isClosed);
    expect(told).toHaveLength(2);
    isClosed = false;
    job.status = 'running';
    const member = {};
    await audience.join(member, 'import', () => undefined);
    audience.leave(member, 'recategorize');
    expect(isClosed).toBe(false);
    audience.leave(member, 'import');
    expect(isClosed).toBe(true);
  });
});
