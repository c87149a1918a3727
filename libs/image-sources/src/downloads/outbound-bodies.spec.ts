import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { getText } from '../http/get-text.js';
import { downloadFile, type DownloadOptions } from './download-file.js';
import { startLocalServer, type LocalServer } from '../testing/local-server.js';

const JPEG = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.alloc(4_980),
]);

describe('the body of what is fetched', () => {
  let server: LocalServer;
  let answer: (response: ServerResponse, request: IncomingMessage) => void;
  let folder: string;
  let to: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'curator-attack-'));
    to = join(folder, 'file');
    server = await startLocalServer((request, response) => answer(response, request));
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const download = (more: Partial<DownloadOptions> = {}): Promise<unknown> =>
    downloadFile({
      url: `${server.url}/a.jpg`,
      to,
      allowedHosts: [server.host],
      maxBytes: 100_000,
      ...more,
    }).catch((error: unknown) => error);

  const codeOf = async (more: Partial<DownloadOptions> = {}): Promise<unknown> => {
    const failure = await download(more);
    expect(existsSync(to)).toBe(false);
    return (failure as { code: unknown }).code;
  };

  it('has more than was announced, or no end', async () => {
    answer = (response) => {
      response.socket?.end(
        Buffer.concat([
          Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n'),
          JPEG,
          Buffer.alloc(200_000),
        ]),
      );
    };
    const file = await download();
    expect(file).toMatchObject({ size: 5_000 });
    await rm(to);
    answer = (response) => {
      response.write(JPEG);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect(await codeOf()).toBe('download-too-large');
  });

  it('announces more than is taken, and is not begun', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': 10 ** 15, 'content-type': 'image/jpeg' });
      response.write(JPEG);
    };
    expect(await codeOf()).toBe('download-too-large');
  });

  it('is packed, and is not unpacked', async () => {
    const bomb = gzipSync(Buffer.concat([JPEG, Buffer.alloc(50_000_000)]));
    answer = (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'image/jpeg' }).end(bomb);
    expect(await codeOf()).toBe('download-not-media');
  });

  it('comes drop by drop', async () => {
    let drops: NodeJS.Timeout | undefined;
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      response.write(JPEG);
      drops = setInterval(() => response.write('x'), 5);
    };
    expect(await codeOf({ stallTimeoutMs: 200 })).toBe('download-timeout');
    clearInterval(drops);
  });

  it('has headers without end', async () => {
    answer = (response) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n`);
    };
    expect(await codeOf()).toBe('download-network');
  });

  it.each(['text/html', 'application/javascript', 'application/pdf', 'application/zip', 'application/x-php'])(
    'is %s, and is not begun, whatever its bytes are',
    async (type) => {
      answer = (response) => response.writeHead(200, { 'content-type': type }).end(JPEG);
      expect(await codeOf()).toBe('download-not-media');
    },
  );

  it('is an answer of an API without end, of which no more is read than any answer has', async () => {
    let sent = 0;
    answer = (response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    };
    const dispatcher = new Agent();
    const asked = getText(new URL(server.url), {
      dispatcher,
      headers: {},
      timeoutMs: 10_000,
      upstream: 'A source',
      maxBytes: 1_000_000,
    });
    await expect(asked).rejects.toMatchObject({ code: 'network' });
    expect(sent).toBeLessThan(50_000_000);
    await dispatcher.destroy();
  });
});
