import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { guardedLookup, RefusedError } from '#app/protocol';

import { startLocalServer, type LocalServer } from '../testing/local-server.js';
import { downloadFile, type DownloadOptions } from './download-file.js';
import { OutboundAgents } from './outbound-agents.js';

const JPEG = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.alloc(4_980),
]);

describe('the guard of downloads', () => {
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

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'curator-download-'));
    to = join(folder, 'file');
    server = await startLocalServer((request, response) => answer(response, request));
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  describe('redirects', () => {
    const redirect = (response: ServerResponse, location: string, status = 302): unknown =>
      response.writeHead(status, { location }).end('moved');

    it.each([301, 302, 303, 307, 308])('follows HTTP %d, relative addresses too', async (status) => {
      answer = (response, request) =>
        request.url === '/a.jpg' ? redirect(response, 'deep/b.jpg?x=1', status) : response.end(JPEG);
      expect((await fetchFile()).size).toBe(5_000);
      expect(server.requests).toEqual(['/a.jpg', '/deep/b.jpg?x=1']);
    });

    it('follows five, not more', async () => {
      answer = (response, request) => {
        const hops = Number(request.url?.slice(1));
        if (hops === 0) response.end(JPEG);
        else redirect(response, `/${hops - 1}`);
      };
      expect((await fetchFile({ url: `${server.url}/5` })).size).toBe(5_000);
      expect(await failureOf({ url: `${server.url}/6` })).toMatchObject({
        code: 'download-too-many-redirects',
      });
    });

    it.each([
      'http://169.254.169.254/latest/meta-data/',
      'https://169.254.169.254/latest/meta-data/',
      'https://[::ffff:169.254.169.254]/',
      'http://localhost:1/',
      'https://example.org/a.jpg',
      'file:///etc/passwd',
      'https://user@x.fbcdn.net/',
    ])('does not follow one to %s', async (location) => {
      answer = (response) => redirect(response, location);
      const error = await failureOf({ allowedHosts: [server.host, '*.fbcdn.net'] });
      expect(error).toBeInstanceOf(RefusedError);
      expect(error).toMatchObject({ code: 'download-host-refused' });
    });

    it('does not reach another port of an allowed host', async () => {
      const other = await startLocalServer((_request, response) => response.end(JPEG));
      answer = (response) => redirect(response, `${other.url}/secret`);
      expect(await failureOf()).toMatchObject({ code: 'download-host-refused' });
      expect(other.requests).toEqual([]);
      await other.close();
    });
  });

  describe('names that lead to addresses which are not public', () => {
    const url = 'https://cdn.example.net/a.jpg';
    const allowedHosts = ['*.example.net'];

    it.each([
      ['127.0.0.1', 4],
      ['10.0.0.1', 4],
      ['169.254.169.254', 4],
      ['::1', 6],
      ['::ffff:127.0.0.1', 6],
      ['fd00::1', 6],
    ])('refuses %s', async (address, family) => {
      const asked: string[] = [];
      const agents = new OutboundAgents({
        resolve: async (hostname) => {
          asked.push(hostname);
          return [{ address, family }];
        },
      });
      const error = await failureOf({ url, allowedHosts, agents });
      expect(error).toBeInstanceOf(RefusedError);
      expect(error).toMatchObject({ code: 'download-host-refused' });
      expect(asked).toEqual(['cdn.example.net']);
      await agents.close();
    });

    it('refuses a name with one public and one private address', async () => {
      const addresses = [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ];
      const agents = new OutboundAgents({ resolve: async () => addresses });
      expect(await failureOf({ url, allowedHosts, agents })).toMatchObject({ code: 'download-host-refused' });
      await agents.close();
    });

    it('connects to the very addresses it has checked, so that a name cannot be bound anew in between', async () => {
      let questions = 0;
      const checked = [
        { address: '93.184.216.34', family: 4 },
        { address: '2606:2800:21f::1', family: 6 },
      ];
      const lookup = guardedLookup(async () => {
        questions += 1;
        return questions === 1 ? checked : [{ address: '127.0.0.1', family: 4 }];
      });
      const ask = (all: boolean): Promise<unknown[]> =>
        new Promise((resolve) => lookup('cdn.example.net', { all }, (...answer) => resolve(answer)));
      expect(await ask(true)).toEqual([null, checked]);
      expect(questions).toBe(1);
      expect((await ask(true))[0]).toBeInstanceOf(RefusedError);
      expect((await ask(false))[0]).toBeInstanceOf(RefusedError);
      questions = 0;
      expect(await ask(false)).toEqual([null, '93.184.216.34', 4]);
    });

    it('tells a name that does not exist from one that is refused', async () => {
      const agents = new OutboundAgents({
        resolve: () =>
          Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })),
      });
      expect(await failureOf({ url, allowedHosts, agents })).toMatchObject({ code: 'download-network' });
      await agents.close();
    });
  });
});
