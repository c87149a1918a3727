import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server } from 'node:https';
import { connect, createServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkOutboundUrl, checkServiceUrl, guardedLookup, RefusedError } from '#app/protocol';
import { Agent, type Dispatcher } from 'undici';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '../testing/test-certificate.js';
import { downloadFile, type DownloadOptions } from './download-file.js';
import { OutboundAgents } from './outbound-agents.js';
import { startLocalServer, type LocalServer } from '../testing/local-server.js';

const JPEG = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.alloc(4_980),
]);

/** Ways to write addresses that nobody outside may reach. `PORT` is one where something listens. */
const INSIDE: readonly string[] = [
  'http://127.0.0.1:PORT/',
  'https://127.0.0.1:PORT/',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://0x7f.0.0.0x1/',
  'https://127.0.0.1./',
  'https://１２７.０.０.１/',
  'https://①②⑦.⓪.⓪.①/',
  'https://localhost/',
  'https://localhost./',
  'https://LOCALHOST/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::127.0.0.1]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[64:ff9b:1::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:7f00:1::]/',
  'https://[fe80::1]/',
  'https://[fd00:ec2::254]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://0.0.0.0/',
  'https://0/',
  'https://10.1.2.3/',
  'https://100.64.0.1/',
  'https://100.100.100.200/',
  'https://168.63.129.16/',
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/latest/meta-data/',
  'https://0xa9fea9fe/latest/meta-data/',
  'https://172.16.0.1/',
  'https://192.0.0.192/',
  'https://192.168.0.1/',
  'https://198.18.0.1/',
  'https://255.255.255.255/',
];

/** Names and forms that a list of hosts must not take for one of its own. */
const CONFUSED: readonly string[] = [
  'https://x.fbcdn.net@127.0.0.1/',
  'https://x.fbcdn.net:443@evil.example/',
  'https://evil.example\\@x.fbcdn.net/',
  'https://x.fbcdn.net%00.evil.example/',
  'https://x.fbcdn.net%2eevil.example/',
  'https://x.fbcdn.net.evil.example/',
  'https://x.fbcdn.net./',
  'https://xfbcdn.net/',
  'https://fbcdn.net/',
  'https://x.fbcdn.net:22/',
  'http://x.fbcdn.net/',
  'https://x.fbcdn.ոet/',
  'https://x.fbсdn.net/',
  'https://x.fbcdn.net\u2025evil.example/',
  'ftp://x.fbcdn.net/',
  'file:///etc/passwd',
  'gopher://x.fbcdn.net:70/_x',
  'data:image/jpeg;base64,/9j/4AAQ',
  'jar:https://x.fbcdn.net/!/',
];

describe('attacks through addresses that others name', () => {
  let server: LocalServer;
  let answer: (response: ServerResponse, request: IncomingMessage) => void;
  let folder: string;
  let to: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'curator-attack-'));
    to = join(folder, 'file');
    answer = (response) => response.end(JPEG);
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
      allowedHosts: [server.host, '*.fbcdn.net'],
      maxBytes: 100_000,
      ...more,
    }).catch((error: unknown) => error);

  const port = (): string => new URL(server.url).port;

  it.each([...INSIDE, ...CONFUSED])('fetches nothing from %s, not even where it is led', async (form) => {
    const url = form.replace('PORT', port());
    const allowedHosts = ['*.fbcdn.net'];
    expect(() => checkOutboundUrl(url, allowedHosts)).toThrow(RefusedError);
    expect(await download({ url, allowedHosts })).toMatchObject({ code: 'download-host-refused' });
    answer = (response) => response.writeHead(302, { location: encodeURI(decodeURI(url)) }).end();
    const other = url.includes(port())
      ? { allowedHosts: [server.host.replace('127.0.0.1', 'localhost')] }
      : {};
    const led = await download(other);
    expect(['download-host-refused', 'download-http-302']).toContain((led as { code: string }).code);
    expect(server.requests.length).toBeLessThanOrEqual(1);
    expect(existsSync(to)).toBe(false);
  });

  it.each(INSIDE.filter((form) => !/localhost/i.test(form)))('keeps a storage from %s', (form) => {
    expect(() => checkServiceUrl(form.replace('PORT', port()), ['minio.internal:9000'])).toThrow(
      RefusedError,
    );
  });

  it('keeps names from leading inside: every one of their addresses is looked at', async () => {
    for (const address of [
      '127.0.0.1',
      '169.254.169.254',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
      'fd00::1',
    ]) {
      const family = address.includes(':') ? 6 : 4;
      const agents = new OutboundAgents({
        resolve: () =>
          Promise.resolve([
            { address: '93.184.216.34', family: 4 },
            { address, family },
          ]),
      });
      const refused = await download({ url: 'https://x.fbcdn.net/', agents });
      expect(refused).toMatchObject({ code: 'download-host-refused' });
      await agents.close();
    }
  });

  describe('a name whose answers change', () => {
    let dns: Socket;
    let answers: string[];
    let inside: NetServer;
    let reached: number;

    /** Answers every question for an IPv4 address with the next address, to be kept for no second. */
    const answerQuestion = (question: Buffer): Buffer => {
      const end = question.indexOf(0, 12) + 5;
      const header = Buffer.from(question.subarray(0, 12));
      header.writeUInt16BE(0x8180, 2);
      const isIpv4 = question.readUInt16BE(end - 4) === 1;
      header.writeUInt16BE(isIpv4 ? 1 : 0, 6);
      header.fill(0, 8);
      const address = answers.length > 1 ? answers.shift() : answers[0];
      const record = Buffer.from([
        0xc0,
        0x0c,
        0,
        1,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        4,
        ...(address ?? '').split('.').map(Number),
      ]);
      return Buffer.concat([header, question.subarray(12, end), ...(isIpv4 ? [record] : [])]);
    };

    beforeEach(async () => {
      dns = createSocket('udp4');
      dns.on('message', (question, { port: asker, address }) =>
        dns.send(answerQuestion(question), asker, address),
      );
      dns.bind(0, '127.0.0.1');
      await once(dns, 'listening');
      reached = 0;
      inside = createServer((socket) => {
        reached += 1;
        socket.destroy();
      });
      inside.listen(0, '127.0.0.1');
      await once(inside, 'listening');
    });

    afterEach(async () => {
      await new Promise<void>((resolve) => dns.close(() => resolve()));
      await new Promise((resolve) => inside.close(resolve));
    });

    it('is connected at the very address that was looked at, or not at all', async () => {
      const resolver = new Resolver({ timeout: 1_000, tries: 1 });
      resolver.setServers([`127.0.0.1:${dns.address().port}`]);
      const lookup = guardedLookup(async (hostname) =>
        (await resolver.resolve4(hostname)).map((address) => ({ address, family: 4 })),
      );
      const { port: at } = inside.address() as AddressInfo;
      const go = async (): Promise<string> => {
        const socket = connect({ host: 'rebind.example', port: at, lookup, autoSelectFamily: false });
        const tried: string[] = [];
        socket.on('lookup', (_error, address) => tried.push(address));
        const ended = new Promise<string>((resolve) => {
          socket.once('error', (error) => resolve(error instanceof RefusedError ? 'refused' : 'not reached'));
          socket.once('connect', () => resolve('reached'));
          setTimeout(() => resolve('not reached'), 300).unref();
        });
        const how = await ended;
        socket.destroy();
        return `${tried.filter(Boolean).join()} ${how}`.trim();
      };
      answers = ['93.184.216.34', '127.0.0.1'];
      // Some networks answer for everybody: what matters is whom it asked.
      expect(await go()).toMatch(/^93\.184\.216\.34 /);
      expect(await go()).toBe('refused');
      expect(reached).toBe(0);
    });
  });

  it('goes through no proxy that the environment names', async () => {
    const proxy = await startLocalServer((_request, response) => response.end('proxied'));
    const names = [
      'http_proxy',
      'HTTP_PROXY',
      'https_proxy',
      'HTTPS_PROXY',
      'ALL_PROXY',
      'NODE_USE_ENV_PROXY',
    ];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : proxy.url;
    try {
      expect(await download()).toMatchObject({ size: JPEG.length });
      expect(proxy.requests).toEqual([]);
      expect(server.requests).toEqual(['/a.jpg']);
    } finally {
      for (const [index, name] of names.entries()) {
        if (before[index] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[index];
      }
      await proxy.close();
    }
  });

  describe('a source that is reached by https', () => {
    let safe: Server;
    let trusting: Agent;

    class TrustingAgents extends OutboundAgents {
      override forUrl(checked: { isNamedLiterally: boolean; url?: URL }): Dispatcher {
        return checked.url?.protocol === 'https:' ? trusting : super.forUrl(checked);
      }
    }

    beforeEach(async () => {
      safe = createTlsServer({ key: TEST_CERTIFICATE_KEY, cert: TEST_CERTIFICATE }, (request, response) => {
        if (request.url === '/a.jpg') response.end(JPEG);
        else
          response.writeHead(302, { location: request.url === '/down' ? `${server.url}/` : '/a.jpg' }).end();
      });
      safe.listen(0, '127.0.0.1');
      await once(safe, 'listening');
      trusting = new Agent({ connect: { ca: TEST_CERTIFICATE } });
    });

    afterEach(async () => {
      await trusting.destroy();
      safe.closeAllConnections();
      await new Promise((resolve) => safe.close(resolve));
    });

    it('does not lead to where nothing is encrypted', async () => {
      const host = `127.0.0.1:${(safe.address() as AddressInfo).port}`;
      const agents = new TrustingAgents();
      const options = { agents, allowedHosts: [host, server.host] };
      expect(await download({ ...options, url: `https://${host}/same` })).toMatchObject({
        size: JPEG.length,
      });
      expect(await download({ ...options, url: `https://${host}/down` })).toMatchObject({
        code: 'download-host-refused',
      });
      expect(server.requests).toEqual([]);
      await agents.close();
    });
  });
});
