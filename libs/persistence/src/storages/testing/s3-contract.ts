import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { S3Connections, type S3Credentials, type S3Place } from '../s3-connections.js';
import { StorageUnreachableError } from '../storage-unreachable.js';
import { contentOf, describeStorage } from './storage-contract.js';

const TYPE = { contentType: 'text/csv; charset=utf-8' };
const SECRET = 'wJalrXUtnFEMI-do-not-tell';

export interface S3Server {
  /** `host:port`, as DOWNLOAD_ALLOWED_HOSTS names it. */
  host: string;
  place: S3Place;
  credentials: S3Credentials;
  close: () => Promise<void>;
}

export interface S3ContractOptions {
  start: () => Promise<S3Server>;
  knowsUnfinished: boolean;
  /** Whether it checks signatures and gives long lists in parts: a stand-in may not. */
  isStrict: boolean;
}

/** What S3 storages promise beyond others. */
export function describeS3({ start, knowsUnfinished, isStrict }: S3ContractOptions): void {
  let server: S3Server;
  let connections: S3Connections;

  beforeAll(async () => {
    server = await start();
    connections = new S3Connections({ allowedHosts: [server.host] });
  }, 120_000);

  afterAll(async () => {
    connections.close();
    await server.close();
  }, 60_000);

  describeStorage('a bucket', {
    open: async () => connections.open(server.place, server.credentials),
    knowsUnfinished,
  });

  describe('S3Storage', () => {
    /** Why it fails, after making sure that no secret is in the error. */
    async function reasonFor(
      place: Partial<S3Place>,
      credentials: Partial<S3Credentials> = {},
      through = connections,
    ): Promise<StorageUnreachableError> {
      const attempt = async (): Promise<void> =>
        through.open({ ...server.place, ...place }, { ...server.credentials, ...credentials }).check();
      const error: unknown = await attempt().catch((thrown: unknown) => thrown);
      if (!(error instanceof StorageUnreachableError)) throw new Error(`Not a failure: ${String(error)}`);
      expect(JSON.stringify([error.message, error.stack, error, error.cause])).not.toContain(SECRET);
      return error;
    }

    if (isStrict)
      it('lists more files than one answer holds, below its own prefix only', async () => {
        const storage = connections.open({ ...server.place, prefix: 'many/' }, server.credentials);
        const names = Array.from({ length: 1_003 }, (_, index) => `file-${String(index).padStart(4, '0')}`);
        for (let at = 0; at < names.length; at += 50) {
          await Promise.all(
            names.slice(at, at + 50).map((name) => storage.write(name, contentOf('x'), TYPE)),
          );
        }
        const other = connections.open({ ...server.place, prefix: 'many/more/' }, server.credentials);
        await other.write('elsewhere', contentOf('x'), TYPE);
        const found: string[] = [];
        for await (const { name } of storage.list()) found.push(name);
        expect(found.sort()).toEqual(names);
        expect(await storage.find('elsewhere')).toBeNull();
      });

    it('gives an address that anybody can fetch from for a while', async () => {
      const storage = connections.open(server.place, server.credentials);
      await storage.write('a.csv', contentOf('Ä,b\r\n'), TYPE);
      const address = await storage.presign('a.csv', {
        downloadName: 'Übersicht "1".csv',
        contentType: 'text/csv; charset=utf-8',
        seconds: 60,
      });
      const answer = await fetch(address);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe('Ä,b\r\n');
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(answer.headers.get('content-disposition')).toBe(
        `attachment; filename="_bersicht _1_.csv"; filename*=UTF-8''%C3%9Cbersicht%20%221%22.csv`,
      );
      expect(new URL(address).searchParams.get('X-Amz-Expires')).toBe('60');
      if (isStrict) expect((await fetch(address.replace('a.csv', 'b.csv'))).status).toBe(403);
      if (isStrict) expect((await fetch(address.replace(/\?.*/, ''))).status).toBe(403);
      await storage.remove('a.csv');
    });

    it.each([
      ...(isStrict
        ? [['another secret', {}, { secretAccessKey: SECRET }, 'SignatureDoesNotMatch'] as const]
        : []),
      [
        'an unknown key',
        {},
        { accessKeyId: 'UNKNOWN', secretAccessKey: SECRET },
        'InvalidAccessKeyId',
      ] as const,
      ['another bucket', { bucket: 'nothing-here' }, {}, 'NoSuchBucket'] as const,
    ])('says what is wrong with %s', async (_, place, credentials, name) => {
      const error = await reasonFor(place, credentials);
      expect(error).toMatchObject({ code: 'STORAGE_UNREACHABLE', httpStatus: 502, isTemporary: false });
      expect(error.message).toContain(name);
    });

    describe('hosts', () => {
      const silent: Server = createServer(() => undefined);
      let port: number;

      beforeAll(async () => {
        await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
        const address = silent.address();
        if (typeof address === 'object' && address !== null) port = address.port;
      });

      afterAll(async () => {
        silent.closeAllConnections();
        await new Promise((resolve) => silent.close(resolve));
      });

      it('says that nobody listens', async () => {
        const host = '127.0.0.1:1';
        const through = new S3Connections({ allowedHosts: [host] });
        const error = await reasonFor({ endpoint: `http://${host}` }, { secretAccessKey: SECRET }, through);
        expect(error.message).toMatch(/refuses connections|could not be asked/);
        expect(error.isTemporary).toBe(true);
        through.close();
      });

      it('says that no answer comes', async () => {
        const host = `127.0.0.1:${port}`;
        const through = new S3Connections({ allowedHosts: [host], answerTimeoutMs: 50 });
        const error = await reasonFor({ endpoint: `http://${host}` }, { secretAccessKey: SECRET }, through);
        expect(error.message).toContain('does not answer in time');
        expect(error.isTemporary).toBe(true);
        through.close();
      });

      it.each([
        ['http://127.0.0.1:1', 'by https only'],
        ['https://10.0.0.1', 'not an address of the public internet'],
        ['https://169.254.169.254/latest', 'not an address of the public internet'],
        ['http://s3.example.org', 'by https only'],
      ])('sends nothing to %s', async (endpoint, why) => {
        expect((await reasonFor({ endpoint })).message).toContain(why);
      });

      it('sends nothing to a name that leads to a private address', async () => {
        const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
        const through = new S3Connections({ allowedHosts: [server.host], resolve });
        const error = await reasonFor({ endpoint: 'https://s3.example.org' }, {}, through);
        expect(error.message).toContain('leads to an address that is not public');
        const asHost = await reasonFor({ endpoint: 'https://s3.example.org', pathStyle: false }, {}, through);
        expect(asHost.message).toContain('exports.s3.example.org leads to an address that is not public');
        through.close();
      });

      it('takes the leave for one host not for others below its name', async () => {
        const through = new S3Connections({ allowedHosts: ['localhost:9000'] });
        const place = { endpoint: 'http://localhost:9000', pathStyle: false };
        expect((await reasonFor(place, {}, through)).message).toContain('by https only');
        through.close();
      });
    });
  });
}
