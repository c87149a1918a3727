import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CuratorClient, CuratorRest, TERMINAL_STATUSES, type UploadStatus } from '#app/client';
import { WebSocket } from 'ws';
import { signIn } from './support/sign-in.js';
import { Stack } from './support/stack.js';
import { anItem } from './support/upload-collection.js';
import { waitUntil } from './support/wait-until.js';
import { SAMPLE_SEQUENCES } from './upstreams/index.js';

const ROOT = process.cwd();
const TSC = path.join(ROOT, 'node_modules/typescript-native/bin/tsc');
const NO_NETWORK = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

/** Node 20 has its WebSocket behind a flag. */
const OWN_WEBSOCKET = 'WebSocket' in globalThis ? [] : ['--experimental-websocket'];

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const run = async (
  [file = '', ...words]: string[],
  cwd: string,
  environment: Record<string, string> = {},
): Promise<Ended> => {
  const child = spawn(file, words, { cwd, env: { ...process.env, ...environment } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (output += data.toString()));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
};

/** What somebody else would write, with what must not compile. */
const PROGRAM = `
import { CuratorClient, CuratorError, CuratorRest, type Rest, type ServerMessage, type WebSocketClass } from '@curator/client';

export const browsers: WebSocketClass = WebSocket;
const client = new CuratorClient({ url: 'http://127.0.0.1:9', WebSocket });
export const batch = async (): Promise<number> => (await client.request({ type: 'CREATE_BATCH' })).data;
export const slice = async (): Promise<string[]> => {
  const items = [{ id: '1', input: 's', title: 'A.jpg', wikitext: '' }];
  const data = { batchid: 1, sliceid: 0, handler: 'mapillary' as const, items };
  return (await client.request({ type: 'UPLOAD_SLICE', data })).data.map(({ id }) => id);
};
export const tell = (message: ServerMessage): string => {
  if (message.type === 'ERROR') return message.data;
  if (message.type === 'UPLOADS_UPDATE') return message.data.map(({ error }) => error?.message ?? '').join();
  return message.type;
};
const rest = new CuratorRest({ url: 'http://127.0.0.1:9' });
export const me = async (): Promise<string> => (await rest.request('GET /auth/whoami')).username;
export const found = (id: number): Promise<Rest.Import> => rest.request('GET /api/imports/{id}', { path: { id } });
// @ts-expect-error the path has an id
export const lost = () => rest.request('GET /api/imports/{id}');
// @ts-expect-error there is no such route
export const nowhere = () => rest.request('GET /api/nowhere');
// @ts-expect-error an upload has no such status
export const wrong = (message: ServerMessage) => message.type === 'UPLOAD_SLICE_ACK' && message.data[0]?.status === 'done';
// @ts-expect-error a slice needs its data
export const without = () => client.request({ type: 'UPLOAD_SLICE' });
// @ts-expect-error this has no one answer
export const none = () => client.request({ type: 'CANCEL_BATCH', data: 1 });
client.close();
client.connect().catch((error: unknown) => console.log(error instanceof CuratorError ? error.code : 'other'));
`;

describe('the client package', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'curator-client-'));
    const packed = await run(
      [process.execPath, path.join(ROOT, 'scripts/client-pack.mjs'), '--into', folder],
      ROOT,
    );
    expect(packed).toMatchObject({ code: 0 });
    const tarball = packed.output.trim().split('\n').at(-1) ?? '';
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module", "private": true }');
    expect(await run(['npm', 'install', ...NO_NETWORK, tarball], folder)).toMatchObject({ code: 0 });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('brings nothing with it', async () => {
    const installed = await readdir(path.join(folder, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['@curator']);
    const files = await readdir(path.join(folder, 'node_modules/@curator/client/dist'));
    expect(files.filter((name) => name.includes('spec'))).toEqual([]);
  });

  it('type-checks strictly without the types of Node, and runs', async () => {
    await writeFile(path.join(folder, 'program.ts'), PROGRAM);
    const options = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--types', ''];
    const modules = ['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom'];
    const compiled = await run([process.execPath, TSC, ...options, ...modules, 'program.ts'], folder);
    expect(compiled).toEqual({ code: 0, output: '' });
    const ran = await run([process.execPath, ...OWN_WEBSOCKET, 'program.js'], folder);
    expect(ran).toEqual({ code: 0, output: 'ABORTED\n' });
  });

  it('has the example as its README', async () => {
    const readme = await readFile('libs/client/README.md', 'utf8');
    expect(readme).toContain(`\`\`\`js\n${await readFile('examples/upload-collection.mjs', 'utf8')}\`\`\``);
  });

  describe('with a Curator', () => {
    let stack: Stack;

    beforeAll(async () => {
      stack = await Stack.start();
    });

    afterAll(() => stack.stop());

    const createToken = async (scopes: string[]): Promise<{ id: number; token: string }> => {
      const browser = await signIn(stack.api.url, 'Uploader');
      const answer = await browser.go('/api/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Script', scopes }),
      });
      expect(answer.status).toBe(201);
      return (await answer.json()) as { id: number; token: string };
    };

    it('runs the example', async () => {
      await symlink(path.join(ROOT, 'node_modules/ws'), path.join(folder, 'node_modules/ws'));
      await symlink(path.join(ROOT, 'node_modules/@types'), path.join(folder, 'node_modules/@types'));
      const name = 'upload-collection.mjs';
      await copyFile(path.join(ROOT, 'examples', name), path.join(folder, name));
      const checks = ['--noEmit', '--strict', '--allowJs', '--checkJs', '--skipLibCheck', '--types', 'node'];
      const modules = ['--module', 'nodenext', '--target', 'es2022'];
      const checked = await run([process.execPath, TSC, ...checks, ...modules, name], folder);
      expect(checked).toEqual({ code: 0, output: '' });
      const { token } = await createToken(['read', 'upload']);
      const environment = { CURATOR_URL: stack.api.url, CURATOR_TOKEN: token };
      const words = [process.execPath, name, 'mapillary', SAMPLE_SEQUENCES.demo.id];
      const ran = await run(words, folder, environment);
      expect(ran.output).toContain('24 images, 24 of them not on Commons yet.');
      expect(ran.output).toContain('All have ended.');
      expect(ran.output.match(/^\d+ completed http/gm)).toHaveLength(24);
      expect(ran.code).toBe(0);
      const [node = '', ...program] = words;
      const again = await run([node, ...OWN_WEBSOCKET, ...program], folder, environment);
      expect(again.output).toContain('0 of them not on Commons yet.');
      const refused = await run(words, folder, { ...environment, CURATOR_TOKEN: 'cur_wrong' });
      expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('SESSION_ENDED: ') });
    });

    it('speaks REST by the names of its routes', async () => {
      const { id, token } = await createToken(['read', 'upload']);
      const rest = new CuratorRest({ url: stack.api.url, token });
      expect(await rest.request('GET /auth/whoami')).toMatchObject({ username: 'Uploader' });
      const tokens = await rest.request('GET /api/tokens', { query: { size: 100, asc: false } });
      expect(tokens.items.map((one) => one.id)).toContain(id);
      const body = { import_method: 'category', category: 'Nothing of this name' } as const;
      const { job_id } = await rest.request('POST /api/imports', { body });
      const client = new CuratorClient({ url: stack.api.url, token, WebSocket });
      let last: unknown;
      for await (const progress of client.watchImport(job_id)) last = progress;
      expect(last).toMatchObject({ status: 'failed', error: { error_code: 'CATEGORY_NOT_FOUND' } });
      client.close();
      const missing = rest.request('GET /api/imports/{id}', { path: { id: job_id + 1_000 } });
      await expect(missing).rejects.toMatchObject({
        code: 'IMPORT_NOT_FOUND',
        details: { http_status: 404, request_id: expect.any(String) },
      });
      const away = new CuratorRest({ url: 'http://127.0.0.1:9' });
      await expect(away.request('GET /auth/whoami')).rejects.toMatchObject({ code: 'DISCONNECTED' });
      const signal = AbortSignal.abort();
      await expect(rest.request('GET /auth/whoami', { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    });

    it('follows a batch to its end while the API is killed and started again', async () => {
      const { token } = await createToken(['read', 'upload']);
      const states: string[] = [];
      const client = new CuratorClient({
        url: stack.api.url,
        token,
        WebSocket,
        backoff: { baseMs: 100, maxMs: 1_000 },
        onState: (state) => states.push(state),
      });
      stack.upstreams.commons.latencyMs = 150;
      const { images, input } = await client.openCollection({
        handler: 'mapillary',
        input: SAMPLE_SEQUENCES.sixty.id,
      });
      const batchid = await client.upload(
        'mapillary',
        images.slice(0, 24).map((image) => anItem(image, input)),
      );
      const told = new Map<string, UploadStatus[]>();
      const commits = (): number =>
        stack.upstreams.commons.log.filter(({ step }) => step === 'commit').length;
      let killed = false;
      let finals = 0;
      for await (const uploads of client.watchBatch(batchid)) {
        for (const { key, status } of uploads) {
          told.set(key, [...(told.get(key) ?? []), status]);
          if (TERMINAL_STATUSES.includes(status)) finals += 1;
        }
        if (killed || finals < 3) continue;
        killed = true;
        const port = new URL(stack.api.url).port;
        await stack.api.kill();
        stack.apis.length = 0;
        const before = commits();
        await waitUntil('some end while nobody can tell of it', () => commits() >= before + 3);
        await stack.startApi({ API_PORT: port });
      }
      expect(killed).toBe(true);
      expect(states.filter((state) => state === 'open').length).toBeGreaterThanOrEqual(2);
      expect(told.size).toBe(24);
      for (const [key, statuses] of told) {
        const terminal = statuses.filter((status) => TERMINAL_STATUSES.includes(status));
        expect([key, terminal, statuses.at(-1)]).toEqual([key, ['completed'], 'completed']);
      }
      client.close();
    });

    it('stops for good when its token is deleted', async () => {
      const { id, token } = await createToken(['read']);
      const client = new CuratorClient({ url: stack.api.url, token, WebSocket });
      const list = client.watchBatches({ limit: 5 });
      expect(await list.next()).toMatchObject({ value: { total: 2, items: [{}, {}] } });
      const next = list.next();
      const browser = await signIn(stack.api.url, 'Uploader');
      await browser.go(`/api/tokens/${id}`, { method: 'DELETE' });
      await expect(next).rejects.toMatchObject({ code: 'SESSION_ENDED', details: { close_code: 1008 } });
      expect(await client.ended).toMatchObject({ code: 'SESSION_ENDED' });
      // Also where nobody was there to be told.
      const late = new CuratorClient({ url: stack.api.url, token, WebSocket });
      await expect(late.connect()).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    });
  });
});
