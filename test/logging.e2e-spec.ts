import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppProcess } from './support/app-process.js';
import { Stack } from './support/stack.js';

const SECRET = 'hunter2-hunter2-hunter2';

describe('the log of a process', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.start({ workers: 0, environment: { LOG_FORMAT: 'pretty', LOG_LEVEL: 'info' } });
  }, 60_000);

  afterAll(() => stack.stop());

  it('is readable in a terminal, and tells where it listens, where LOG_FORMAT is pretty', async () => {
    expect((await fetch(`${stack.api.url}/health/live`)).status).toBe(200);
    const line = stack.api.logs.find((text) => text.includes('API listening on'));
    expect(line).toBe(`${String(line?.split(' ')[0])} INFO  [Api] API listening on ${stack.api.url}`);
  });

  it.each([
    [
      'a database that is not there',
      { DATABASE_URL: `mysql://curator:${SECRET}@127.0.0.1:1/curator` },
      'fatal',
    ],
    ['a faulty configuration', { REDIS_URL: `http://:${SECRET}@127.0.0.1:1` }, 'REDIS_URL'],
  ])(
    'ends with why it does not start, without secrets: %s',
    async (_why, faulty, told) => {
      const { databaseUrl, redisUrl } = stack.stores;
      const environment = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...stack.upstreams.environment };
      const keys = { TOKEN_ENCRYPTION_KEYS: `k:${Buffer.alloc(32, 7).toString('base64')}` };
      const started = AppProcess.start('worker', { ...environment, ...keys, ...faulty });
      const reason = await started.then(
        () => 'It has started',
        (error: unknown) => String(error),
      );
      expect(reason).toContain(told);
      expect(reason).not.toContain(SECRET);
    },
    60_000,
  );

  it('has the errors that nobody caught in one line, and Node says nothing beside', () => {
    const program = `
      import { AppLogger, logCrashes } from '#app/observability';
      logCrashes(new AppLogger({ app: 'api', level: 'error', format: 'json', secrets: ['${SECRET}'] }));
      setTimeout(() => { throw new Error('Bearer abcdefgh12', { cause: new Error('${SECRET}') }); });
      void Promise.reject(new Error('never seen'));`;
    for (const [odd, message] of [
      [program, 'never seen'],
      [program.replace(/void.*$/m, ''), 'Bearer [secret]'],
    ] as const) {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', odd], {
        encoding: 'utf8',
        env: {},
      });
      expect([status, stderr]).toEqual([1, '']);
      expect(stdout).not.toContain(SECRET);
      expect(JSON.parse(stdout)).toMatchObject({ level: 'fatal', context: 'Process', msg: message });
    }
  });
});
