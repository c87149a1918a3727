import { afterEach, describe, expect, it } from '@jest/globals';
import { currentTraceparent } from '#app/protocol';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { inContext } from '../logs/work-context.js';
import { inSpan, openSpan, traceFields, useTracing, withOpenSpan } from './spans.js';
import { startTracing } from './start-tracing.js';

/** Runs `work` with traces on. @returns what a collector was sent */
async function collect(work: () => Promise<unknown>, sampleRatio = 1): Promise<string> {
  let sent = '';
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      sent += body;
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const options = { service: 'test', version: '1', headers: {}, secrets: ['known-secret'] };
  const tracing = await startTracing({ ...options, endpoint, sampleRatio });
  try {
    await work();
  } finally {
    await tracing.stop();
    server.closeAllConnections();
    server.close();
  }
  return sent;
}

describe('spans', () => {
  afterEach(() => useTracing(null));

  it('are nothing but the work where nobody traces', async () => {
    const work = async (): Promise<unknown> => [currentTraceparent(), traceFields()];
    expect(await inSpan('a', {}, work)).toEqual([null, {}]);
    openSpan('b').end();
    withOpenSpan('c', {}, (span) => span.end());
    await expect(inSpan('a', {}, () => Promise.reject(new Error('as it was')))).rejects.toThrow('as it was');
  });

  it('go on in what another process has left, whatever runs there', async () => {
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await collect(async () => {
      await inSpan('outer', {}, () =>
        inSpan('inner', { parent }, async () => {
          expect(currentTraceparent()).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
          expect(currentTraceparent()).not.toBe(parent);
          expect(traceFields().trace_id).toBe('0af7651916cd43dd8448eb211c80319c');
        }),
      );
      for (const odd of [null, 'odd', `${parent}0`]) {
        await inSpan('root', { parent: odd }, async () =>
          expect(traceFields().trace_id).not.toBe('0af7651916cd43dd8448eb211c80319c'),
        );
      }
    });
  });

  it('have the ids of what they are about, and what went wrong without its secrets', async () => {
    const sent = await collect(() =>
      inContext({ upload_id: 7 }, () =>
        inSpan('failing', { attributes: { a: 'b' } }, () =>
          Promise.reject(new TypeError('Bearer abcdefgh12 known-secret')),
        ).catch((error: unknown) => error),
      ),
    );
    expect(sent).toContain('"curator.upload_id"');
    expect(sent).toContain('Bearer [secret] [secret]');
    expect(sent).toContain('TypeError');
    expect(sent).not.toContain('abcdefgh12');
    expect(sent).not.toContain('known-secret');
  });

  it('are kept as often as is asked for, and whole traces then', async () => {
    const sent = await collect(
      () =>
        inSpan('root', {}, () =>
          inSpan('child', {}, async () => expect(currentTraceparent()).toMatch(/-00$/)),
        ),
      0,
    );
    expect(sent).toBe('');
  });

  it('cost nothing but a line of the log when no collector answers', async () => {
    const options = { service: 'test', version: '1', headers: {}, secrets: [], sampleRatio: 1 };
    const tracing = await startTracing({ ...options, endpoint: 'http://127.0.0.1:9' });
    expect(await inSpan('lost', {}, async () => 5)).toBe(5);
    await tracing.stop();
  }, 20_000);
});
