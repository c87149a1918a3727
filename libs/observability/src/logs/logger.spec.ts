import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { AppLogger, type LoggerOptions } from './logger.js';
import { inContext } from './work-context.js';

const lines: string[] = [];
const open = (options: Partial<LoggerOptions> = {}): AppLogger => {
  lines.length = 0;
  const destination = { write: (line: string) => void lines.push(line) };
  return new AppLogger({ app: 'api', level: 'info', format: 'json', secrets: [], destination, ...options });
};
const parsed = (): Record<string, unknown>[] =>
  lines.map((line) => {
    expect(line.match(/\n/g)).toHaveLength(1);
    return JSON.parse(line) as Record<string, unknown>;
  });

describe('AppLogger', () => {
  it('writes one object a line with time, level, context and message', () => {
    open().log('Hello\nworld', 'Test');
    const [line] = parsed();
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      app: 'api',
      pid: process.pid,
      context: 'Test',
      msg: 'Hello\nworld',
    });
  });

  it('names what is worked for, also later on', async () => {
    const logger = open();
    await inContext({ request_id: 'r-1', userid: '5' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      inContext({ upload_id: 7 }, () => logger.warn({ message: 'late', ms: 3 }, 'Test'));
    });
    logger.log('outside', 'Test');
    const [inside, outside] = parsed();
    expect(inside).toMatchObject({
      level: 'warn',
      msg: 'late',
      ms: 3,
      request_id: 'r-1',
      userid: '5',
      upload_id: 7,
    });
    expect(outside).not.toHaveProperty('request_id');
  });

  it('calls ids as the context does, whatever their caller calls them', () => {
    open().warn({ message: 'm', uploadId: 1, jobId: 2, batchid: 3, runId: 4, error: 'Error: e' }, 'Test');
    expect(parsed()[0]).toMatchObject({
      upload_id: 1,
      job_id: 2,
      batch_id: 3,
      schedule_run_id: 4,
      err: { message: 'Error: e' },
    });
  });

  it('takes what Nest’s Logger hands it', () => {
    Logger.overrideLogger(open());
    const logger = new Logger('Nest');
    const error = new Error('broken', { cause: new Error('deep') });
    logger.error('text', error.stack);
    logger.error(error);
    logger.error({ message: 'told', error });
    logger.log('a', { b: 1 });
    Logger.overrideLogger(false);
    const [withStack, asIs, asField, several] = parsed();
    expect(withStack).toMatchObject({ level: 'error', context: 'Nest', msg: 'text' });
    expect(withStack?.['stack']).toMatch(/^Error: broken\n {4}at /);
    expect(asIs).toMatchObject({ msg: 'broken', err: { type: 'Error', cause: { message: 'deep' } } });
    expect(asField).toMatchObject({ msg: 'told', err: { message: 'broken', cause: { message: 'deep' } } });
    expect(several).toMatchObject({ msg: 'a', more: [{ b: 1 }] });
  });

  it.each([
    ['error', ['error', 'fatal']],
    ['warn', ['warn', 'error', 'fatal']],
    ['info', ['info', 'warn', 'error', 'fatal']],
    ['debug', ['trace', 'debug', 'info', 'warn', 'error', 'fatal']],
  ] as const)('writes at LOG_LEVEL=%s the levels %j', (level, expected) => {
    const logger = open({ level });
    for (const method of ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const) logger[method]('m');
    expect(parsed().map((line) => line['level'])).toEqual(expected);
  });

  it('writes what cannot be written as it is', () => {
    const logger = open();
    const circle: Record<string, unknown> = {
      when: new Date(0),
      big: 5n,
      bytes: Buffer.alloc(3),
      at: new URL('http://a/b'),
    };
    circle['self'] = circle;
    logger.log({ message: 'm', circle });
    logger.log({
      message: 'm',
      bad: {
        get trap(): never {
          throw new Error('sprung');
        },
      },
    });
    logger.log({ message: 'm', map: new Map([['k', new Set([1])]]), list: Array(60).fill(0) });
    const [odd, trapped, rest] = parsed();
    expect(odd?.['circle']).toEqual({
      when: '1970-01-01T00:00:00.000Z',
      big: '5',
      bytes: '[3 bytes]',
      at: 'http://a/b',
      self: '[circular]',
    });
    expect(trapped).toMatchObject({ level: 'error', err: { message: 'sprung' } });
    expect(rest).toMatchObject({ map: { k: [1] } });
    expect(rest?.['list']).toHaveLength(51);
  });

  it('writes pretty lines for a terminal', () => {
    const written: string[] = [];
    const original = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
    try {
      const logger = new AppLogger({ app: 'api', level: 'info', format: 'pretty', secrets: [] });
      inContext({ batch_id: 4 }, () => logger.log('API listening on http://127.0.0.1:8000', 'Api'));
      logger.error(new Error('broken'), 'Api');
    } finally {
      process.stdout.write = original;
    }
    expect(written[0]).toMatch(
      /^\S+Z .*INFO.* \[Api\] API listening on http:\/\/127\.0\.0\.1:8000 batch_id=4\n$/,
    );
    expect(written[1]).toMatch(/ERROR.* \[Api\] broken\n {4}err: .*broken\n {4}.*at /);
  });
});

describe('secrets in what is logged', () => {
  const secret = 'Zq7-hidden-9xK2w';
  const named = fc.constantFrom(
    'token',
    'accessToken',
    'oauth_token_secret',
    'Cookie',
    'password',
    'apiKey',
    'authorization',
  );
  const text = fc.constantFrom(
    `Authorization: OAuth oauth_token="${secret}"`,
    `https://host/file?oh=${secret}&oe=1`,
    `mysql://user:${secret}@host/db`,
    `known ${secret}`,
  );
  const error = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.tuple(text, inner, fc.constantFrom('cause', 'aggregate', 'code')).map(([message, deeper, how]) => {
      if (how === 'aggregate') return new AggregateError([deeper, new Error(message)], message);
      if (how === 'code') return Object.assign(new Error(message), { code: message, config: deeper });
      return new TypeError(message, { cause: deeper });
    });
  const { anything } = fc.letrec((tie) => ({
    anything: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      named.map((name) => ({ [name]: secret })),
      named.map((name) => ({ [name]: { value: [secret] } })),
      text.map((key) => ({ [key]: 1 })),
      fc.array(tie('anything'), { maxLength: 3 }),
      fc.dictionary(fc.lorem({ maxCount: 1 }), tie('anything'), { maxKeys: 3 }),
      error(tie('anything')),
      tie('anything').map((value) => new Map([['k', value]])),
      tie('anything').map((value) => ({ toJSON: () => value })),
    ),
  }));

  it('are in no line, wherever they stood', () => {
    const logger = open({ secrets: [secret] });
    fc.assert(
      fc.property(anything, text, (value, message) => {
        lines.length = 0;
        logger.error(value, 'Test');
        logger.error({ message, value, error: value }, 'Test');
        logger.error(message, new Error(message).stack, 'Test');
        expect(parsed()).toHaveLength(3);
        expect(lines.join('')).not.toContain(secret);
      }),
    );
  });

  it('are found by their forms and names alone, too', () => {
    const logger = open();
    const values = anything.filter((value) => !JSON.stringify(value ?? null).includes('known'));
    fc.assert(
      fc.property(values, (value) => {
        lines.length = 0;
        logger.error({ message: 'm', value }, 'Test');
        expect(lines.join('').replaceAll(`known ${secret}`, '')).not.toContain(secret);
      }),
    );
  });
});
