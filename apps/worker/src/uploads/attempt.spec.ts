import { describe, expect, it } from '@jest/globals';
import { RefusedError, TemporaryError } from '#app/protocol';
import { attempt, type Recovery } from './attempt.js';
import { Halt } from './halt.js';

const options = { requeues: {}, signal: new AbortController().signal, delayScale: 0 };

const failing = (errors: readonly Error[]): (() => Promise<string>) => {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error) throw error;
    return 'done';
  };
};

describe('attempt', () => {
  it('returns what the step returns after failures that pass', async () => {
    const work = failing([new TemporaryError('network', 'lost'), new TemporaryError('network', 'lost')]);
    await expect(attempt('chunk', work, options)).resolves.toBe('done');
  });

  it('halts with what becomes of the upload', async () => {
    const work = failing([new RefusedError('protectedpage', 'This page is protected.')]);
    const halt = await attempt('commit', work, options).catch((error: unknown) => error);
    expect(halt).toBeInstanceOf(Halt);
    expect((halt as Halt).ending).toEqual({
      do: 'fail',
      error: { type: 'error', message: 'protectedpage: This page is protected.' },
    });
  });

  it('lets the step prepare its next try', async () => {
    const recoveries: Recovery[] = [];
    const work = failing([new RefusedError('uploadstash-file-not-found', 'gone')]);
    const recover = async (recovery: Recovery): Promise<void> => void recoveries.push(recovery);
    await expect(attempt('chunk', work, { ...options, recover })).resolves.toBe('done');
    expect(recoveries).toEqual([{ do: 'restart-stash' }]);
  });

  it('counts recoveries beyond one attempt where it is told to', async () => {
    const gone = (): RefusedError => new RefusedError('uploadstash-file-not-found', 'gone');
    const recover = async (): Promise<void> => undefined;
    const recoveries = {};
    const once = { ...options, recover, recoveries };
    for (const step of ['chunk', 'commit'] as const)
      await expect(attempt(step, failing([gone()]), once)).resolves.toBe('done');
    expect(recoveries).toEqual({ 'restart-stash': 2 });
    await expect(attempt('chunk', failing([gone()]), once)).rejects.toMatchObject({
      ending: { do: 'fail' },
    });
  });

  it('counts no wait that the wiki asks for as a try of what fails', async () => {
    const waits = Array.from({ length: 3 }, () => new TemporaryError('readonly', 'Come back later'));
    const failures = Array.from({ length: 3 }, () => new TemporaryError('backend-fail-internal', 'Failed'));
    const work = failing(waits.flatMap((wait, index) => [wait, failures[index] ?? wait]));
    await expect(attempt('commit', work, options)).resolves.toBe('done');
  });

  it('counts no recovery as a try', async () => {
    const lost = (): TemporaryError => new TemporaryError('network', 'lost');
    const gone = (): RefusedError => new RefusedError('uploadstash-file-not-found', 'gone');
    const work = failing([lost(), gone(), lost(), gone(), lost()]);
    const recover = async (): Promise<void> => undefined;
    await expect(attempt('chunk', work, { ...options, recover })).resolves.toBe('done');
  });

  it('passes on a halt from an inner step and a fault of our own', async () => {
    const inner = new Halt({ do: 'cancel' });
    await expect(attempt('commit', failing([inner]), options)).rejects.toBe(inner);
    const bug = new TypeError('undefined is not a function');
    await expect(attempt('commit', failing([bug]), options)).rejects.toBe(bug);
  });

  it('ends its wait when it is interrupted', async () => {
    const controller = new AbortController();
    const reason = new Halt({ do: 'release' });
    const running = attempt('chunk', failing([new TemporaryError('network', 'lost')]), {
      ...options,
      signal: controller.signal,
      delayScale: 1_000,
      onFailure: () => setImmediate(() => controller.abort(reason)),
    });
    await expect(running).rejects.toBe(reason);
  });
});
