import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { RefusedError, TemporaryError } from '#app/protocol';

import { startLocalServer, type LocalServer } from '../testing/local-server.js';
import { downloadFile, type DownloadOptions } from './download-file.js';

const JPEG_START = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');

/** The start of a JPEG, then bytes that do not repeat. */
function aJpeg(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 2_654_435_761) >>> 13;
  JPEG_START.copy(bytes);
  return bytes;
}

const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

describe('downloadFile', () => {
  let server: LocalServer;
  let answer: (response: ServerResponse, request: IncomingMessage) => void;
  let folder: string;
  let to: string;

  const fetchFile = (more: Partial<DownloadOptions> = {}): ReturnType<typeof downloadFile> =>
    downloadFile({
      url: `${server.url}/a.jpg`,
      to,
      allowedHosts: [server.host],
      maxBytes: 1_000_000,
      ...more,
    });

  /** The failure, after making sure that nothing was left behind. */
  async function failureOf(more: Partial<DownloadOptions> = {}): Promise<unknown> {
    const error: unknown = await fetchFile(more).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(existsSync(to)).toBe(false);
    return error;
  }

  const send = (bytes: Buffer | string, headers: Record<string, string | number> = {}): void => {
    answer = (response) => response.writeHead(200, headers).end(bytes);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'curator-download-'));
    to = join(folder, 'file');
    server = await startLocalServer((request, response) => answer(response, request));
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('streams to disk and tells hash, size and type', async () => {
    const bytes = aJpeg(300_000);
    send(bytes, { 'content-type': 'image/jpeg', 'content-length': bytes.length });
    const received: number[] = [];
    const file = await fetchFile({ onBytes: (count) => received.push(count), userAgent: 'CuratorTest/1' });
    expect(file).toEqual({ sha1: sha1(bytes), size: 300_000, mime: 'image/jpeg', extension: 'jpg' });
    expect((await readFile(to)).equals(bytes)).toBe(true);
    expect(received.at(-1)).toBe(300_000);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expect((await stat(to)).mode & 0o077).toBe(0);
  });

  it('needs as little memory for a large file as for a small one', async () => {
    const piece = aJpeg(65_536);
    const count = 3_200; // 200 MiB
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': piece.length * count });
      let left = count;
      const more = (): void => {
        while (left > 0) {
          left -= 1;
          if (!response.write(piece)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    };
    const before = process.memoryUsage().rss;
    let peak = before;
    const file = await fetchFile({
      maxBytes: 1e9,
      onBytes: () => (peak = Math.max(peak, process.memoryUsage().rss)),
    });
    expect(file.size).toBe(piece.length * count);
    expect(peak - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('replaces what an earlier try left', async () => {
    send(aJpeg(9_000));
    await fetchFile();
    send(aJpeg(5_000));
    expect((await fetchFile()).size).toBe(5_000);
    expect((await readFile(to)).length).toBe(5_000);
  });

  it.each([
    ['image/png', '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'image/png', 'png'],
    ['application/octet-stream', 'ffd8ffe000104a46', 'image/jpeg', 'jpg'],
    ['image/png', 'ffd8ffe000104a46', 'image/jpeg', 'jpg'], // the bytes decide
    ['video/webm', '1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'video/webm', 'webm'],
  ])('reads the type of %s from the bytes', async (contentType, hex, mime, extension) => {
    send(Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(200)]), { 'content-type': contentType });
    expect(await fetchFile()).toMatchObject({ mime, extension });
  });

  it.each([
    ['application/x-php', aJpeg(9_000)],
    ['text/html; charset=utf-8', '<!DOCTYPE html><html></html>'],
    ['image/jpeg', '<!DOCTYPE html><html></html>'],
    ['image/jpeg', Buffer.alloc(10_000, 'x')],
    ['image/jpeg', ''],
    ['image/jpeg', '%PDF-1.7\n'],
    ['application/pdf', '%PDF-1.7\n'],
    ['image/jpeg', 'PK\u0003\u0004'],
  ])('refuses %s that is no media file', async (contentType, body) => {
    send(body, { 'content-type': contentType });
    const error = await failureOf();
    expect(error).toBeInstanceOf(TemporaryError);
    expect(error).toMatchObject({ code: 'download-not-media' });
    expect(String(error)).toContain(contentType);
  });

  it('stops at the first bytes when a large body is no media file', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      response.write(Buffer.alloc(200_000, 'x')); // and never ends
    };
    expect(await failureOf()).toMatchObject({ code: 'download-not-media' });
  });

  it.each([
    [403, TemporaryError, 'download-expired'],
    [410, TemporaryError, 'download-expired'],
    [500, TemporaryError, 'download-http-500'],
    [503, TemporaryError, 'download-http-503'],
    [429, TemporaryError, 'download-http-429'],
    [404, RefusedError, 'download-http-404'],
    [204, TemporaryError, 'download-http-204'],
    [302, TemporaryError, 'download-http-302'], // without a Location
  ])('reads HTTP %d', async (status, kind, code) => {
    answer = (response) => response.writeHead(status, { 'retry-after': '3' }).end();
    const error = await failureOf();
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ code });
  });

  it('passes on how long to wait', async () => {
    answer = (response) => response.writeHead(503, { 'retry-after': '3' }).end();
    expect(await failureOf()).toMatchObject({ retryAfterMs: 3_000 });
  });

  it('notices a file that ends too early', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': 50_000 });
      response.write(aJpeg(20_000), () => response.destroy());
    };
    expect(await failureOf()).toMatchObject({ code: 'download-truncated' });
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }); // chunked: no length to compare with
      response.write(aJpeg(20_000), () => response.destroy());
    };
    expect(await failureOf()).toMatchObject({ code: 'download-truncated' });
  });

  it('refuses a file that is too large, announced or not', async () => {
    send(aJpeg(1_001), { 'content-length': 1_001 });
    expect(await failureOf({ maxBytes: 1_000 })).toMatchObject({ code: 'download-too-large' });
    answer = (response) => {
      response.write(aJpeg(500));
      response.end(aJpeg(501));
    };
    expect(await failureOf({ maxBytes: 1_000 })).toMatchObject({ code: 'download-too-large' });
    send(aJpeg(1_000));
    expect((await fetchFile({ maxBytes: 1_000 })).size).toBe(1_000);
  });

  it('gives up when no byte comes any more', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': 50_000 });
      response.write(aJpeg(20_000));
    };
    expect(await failureOf({ stallTimeoutMs: 50 })).toMatchObject({ code: 'download-timeout' });
    answer = () => undefined;
    expect(await failureOf({ stallTimeoutMs: 50 })).toMatchObject({ code: 'download-timeout' });
  });

  it('tells when nobody answers', async () => {
    const url = server.url;
    await server.close();
    expect(await failureOf({ url })).toMatchObject({ code: 'download-network' });
    server = await startLocalServer(() => undefined);
  });

  it('stops when it is told to, before and in the middle', async () => {
    const reason = new Error('Cancelled');
    expect(await failureOf({ signal: AbortSignal.abort(reason) })).toBe(reason);
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': 50_000 });
      response.write(aJpeg(20_000));
    };
    const person = new AbortController();
    expect(await failureOf({ signal: person.signal, onBytes: () => person.abort(reason) })).toBe(reason);
  });

  it('does not take a full or missing disk for a fault of the source', async () => {
    send(aJpeg(9_000));
    const error: unknown = await fetchFile({ to: join(folder, 'missing', 'file') }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'ENOENT' });
    expect(error).not.toBeInstanceOf(TemporaryError);
  });
});
