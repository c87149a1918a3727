import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, JobQueue, JobRepository, LiveUpdates, type Job } from '#app/persistence';
import { TemporaryError } from '#app/protocol';
import { aUser } from '../../../../test/support/an-upload.js';
import { openStores, type OpenStores } from '../../../../test/support/open-stores.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { Shutdown } from '../uploads/shutdown.js';
import { loadWorkerConfig } from '../worker.config.js';
import type { JobHandler } from './job-handler.js';
import { JobRunner } from './job-runner.js';
import { WaitUntil } from './job-stops.js';

/** Counts to ten, a number a checkpoint; `at` runs before each. */
class CountingHandler implements JobHandler {
  readonly kind = 'import';
  readonly counted: number[] = [];
  at: (number: number, signal: AbortSignal) => Promise<void> | void = () => undefined;

  async run(run: Parameters<JobHandler['run']>[0]) {
    for (let number = run.job.done + 1; number <= 10; number += 1) {
      await this.at(number, run.signal);
      this.counted.push(number);
      await run.checkpoint({ done: number, total: 10 });
    }
    return { counted: 10 };
  }
}

describe('JobRunner', () => {
  let stores: OpenStores;
  let jobs: JobRepository;
  let live: LiveUpdates;
  let handler: CountingHandler;
  let shutdown: Shutdown;
  let job: Job;

  beforeAll(async () => {
    stores = await openStores();
    jobs = stores.nest.get(JobRepository);
    live = stores.nest.get(LiveUpdates);
  });

  afterAll(() => stores.close());

  beforeEach(async () => {
    const database = stores.nest.get(Database);
    await database.change('DELETE FROM jobs');
    const { userid } = await aUser(database);
    handler = new CountingHandler();
    shutdown = new Shutdown();
    ({ job } = await jobs.createOrJoin({ kind: 'import', userid, subject: 'ten', params: {} }));
  });

  const runAll = (leaseSeconds = '60'): Promise<void> => {
    const { config } = loadWorkerConfig({
      ...stores.environment,
      UPLOAD_LEASE_SECONDS: leaseSeconds,
      RETRY_DELAY_SCALE: '0.001',
    });
    const queue = stores.nest.get(JobQueue);
    return new JobRunner(jobs, queue, live, shutdown, config, [handler]).runAll();
  };

  const find = () => jobs.find(job.id);

  it('runs a job to its end and tells its watchers', async () => {
    const told: number[] = [];
    await live.subscribe({ onJob: (jobid) => void told.push(jobid) });
    await live.watchJob(job.id);
    await runAll();
    expect(await find()).toMatchObject({ status: 'complete', done: 10, total: 10, result: { counted: 10 } });
    await waitUntil('the watchers to be told', () => told.includes(job.id));
    expect(getEventListeners(shutdown.signal, 'abort')).toEqual([]);
  });

  it('goes on after a failure where it was, any number of times as long as it comes on', async () => {
    handler.at = (number) => {
      if (!handler.counted.includes(number - 1) && number > 1) return;
      if (handler.counted.length % 2 === 1) {
        handler.counted.push(0);
        throw new TemporaryError('http-503', 'away');
      }
    };
    await waitUntil('the end', async () => {
      await runAll();
      return (await find())?.status === 'complete';
    });
    expect(handler.counted.filter((number) => number > 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(handler.counted.filter((number) => number === 0).length).toBeGreaterThan(4);
  });

  it('fails what does not come on, with the reason', async () => {
    handler.at = () => {
      throw new TemporaryError('http-503', 'Commons is away');
    };
    await waitUntil('the end', async () => {
      await runAll();
      return (await find())?.status === 'failed';
    });
    expect(await find()).toMatchObject({
      error: { code: 'UPSTREAM_UNAVAILABLE', message: 'Commons is away' },
      done: 0,
    });
  });

  it('stops at the next checkpoint when it is cancelled', async () => {
    handler.at = async (number) => {
      if (number === 3) await jobs.requestCancel(job.id);
    };
    await runAll();
    expect(await find()).toMatchObject({ status: 'cancelled', done: 3 });
    expect(handler.counted).toEqual([1, 2, 3]);
  });

  it('gives a job back when its process stops, and another goes on', async () => {
    handler.at = (number) => {
      if (number === 4) shutdown.onModuleDestroy();
    };
    await runAll();
    expect(await find()).toMatchObject({ status: 'queued', done: 4, attempts: 0 });
    handler.at = () => undefined;
    shutdown = new Shutdown();
    await runAll();
    expect(await find()).toMatchObject({ status: 'complete' });
    expect(handler.counted).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('lets go of a job that another has by now', async () => {
    handler.at = async (number) => {
      if (number !== 5) return;
      const taken = { owner: 'another', now: new Date(Date.now() + 120_000) };
      await jobs.takeNext({ ...taken, leasedUntil: new Date(Date.now() + 240_000) });
    };
    await runAll();
    expect(await find()).toMatchObject({ status: 'running', done: 4 });
    expect(handler.counted).toEqual([1, 2, 3, 4, 5]);
  });

  it('keeps its lease while it works, longer than the lease is', async () => {
    handler.at = async (number, signal) => {
      if (number !== 2) return;
      const row = (): Promise<{ leased_until: Date }[]> =>
        stores.nest.get(Database).rows('SELECT leased_until FROM jobs WHERE id = ?', [job.id]);
      const [first] = await row();
      await waitUntil('two renewals', async () => {
        const [now] = await row();
        return (now?.leased_until.getTime() ?? 0) > (first?.leased_until.getTime() ?? 0) + 500;
      });
      expect(signal.aborted).toBe(false);
    };
    await runAll('1');
    expect(await find()).toMatchObject({ status: 'complete' });
  });

  it('leaves its place to others while it waits for a moment', async () => {
    const until = new Date(Date.now() + 3_600_000);
    handler.at = (number) => {
      if (number === 2) throw new WaitUntil(until);
    };
    await runAll();
    expect(await find()).toMatchObject({ status: 'queued', done: 1, attempts: 0 });
    expect(await jobs.listDue(until, 10)).toEqual([{ id: job.id, dueAt: until }]);
  });
});
