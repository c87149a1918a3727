import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const runScript = async (...words: string[]): Promise<{ code: number; output: string }> => {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, , [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, output };
};

describe('the check of dependencies', () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'curator-licences-'));
  });

  afterAll(() => rm(root, { recursive: true }));

  const check = async (described: object, locked: object = {}): Promise<{ code: number; output: string }> => {
    const folder = join(root, 'node_modules', 'some-package');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'some-package', ...described }));
    const integrity = 'sha512-…';
    const packages = {
      '': {},
      'node_modules/some-package': { integrity, ...locked },
      'node_modules/for-another-platform': { integrity },
    };
    await writeFile(join(root, 'package.json'), JSON.stringify({ allowScripts: { 'a-package': false } }));
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages }));
    return runScript('scripts/dependencies.mjs', root);
  };

  it.each([
    ['MIT', {}],
    ['(GPL-3.0-only OR MIT)', {}],
    ['Apache-2.0 AND MIT', {}],
    ['CC-BY-4.0', { dev: true }],
  ])('lets %s pass', async (license, locked) => {
    expect(await check({ license }, locked)).toEqual({ code: 0, output: '' });
  });

  it('reads older forms', async () => {
    expect((await check({ license: { type: 'MIT' } })).code).toBe(0);
    expect((await check({ licenses: [{ type: 'GPL-2.0' }, { type: 'MIT' }] })).code).toBe(0);
    expect((await check({ licenses: [{ type: 'GPL-2.0' }] })).code).toBe(1);
  });

  it.each([
    ['GPL-3.0-only', {}],
    ['AGPL-3.0-or-later', { dev: true }],
    ['MIT AND GPL-2.0-only', {}],
    ['GPL-2.0-only WITH Classpath-exception-2.0', {}],
    ['CC-BY-4.0', {}],
    ['SEE LICENSE IN LICENSE.md', {}],
    ['UNLICENSED', {}],
    [undefined, {}],
  ])('is red for %s', async (license, locked) => {
    const { code, output } = await check({ license }, locked);
    expect(code).toBe(1);
    expect(output).toContain('node_modules/some-package: ');
  });

  it.each([
    ['a lockfile without hashes', { integrity: undefined }, 'has no hash'],
    ['a script at installation', { hasInstallScript: true }, 'wants to run a script'],
  ])('is red for %s', async (_what, locked, problem) => {
    const { code, output } = await check({ license: 'MIT' }, locked);
    expect([code, output]).toEqual([1, expect.stringContaining(problem)]);
  });

  it('is red for a lockfile that names a host', async () => {
    const { code, output } = await check({ license: 'MIT' }, { resolved: 'https://mirror.example/a.tgz' });
    expect([code, output]).toEqual([1, expect.stringContaining('names a host')]);
  });
});

describe('the audit', () => {
  let registry: Server;
  let cache: string;
  let ids = 0;
  let severity: string | null;

  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'curator-npm-'));
    registry = createServer((request, response) => {
      ids += 1;
      const advisory = {
        id: ids,
        url: 'https://advisories.example/1',
        title: 'Express gives everything away',
        severity,
        vulnerable_versions: '*',
      };
      const isAsked = request.method === 'POST' && request.url?.endsWith('/advisories/bulk') === true;
      response.statusCode = !isAsked ? 404 : severity === null ? 405 : 200;
      response.setHeader('content-type', 'application/json');
      response.end(isAsked && severity !== null ? JSON.stringify({ express: [advisory] }) : '{}');
    });
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
  });

  afterAll(async () => {
    registry.closeAllConnections();
    registry.close();
    await once(registry, 'close');
    await rm(cache, { recursive: true });
  });

  const audit = (): Promise<{ code: number; output: string }> => {
    const { port } = registry.address() as AddressInfo;
    const words = [`--registry=http://127.0.0.1:${port}/`, '--fetch-retries=0', `--cache=${cache}`];
    return runScript('scripts/audit.mjs', ...words);
  };

  it.each([
    ['critical', 1],
    ['high', 1],
    ['moderate', 0],
  ])('ends for a %s vulnerability with %d', async (found, code) => {
    severity = found;
    const answer = await audit();
    expect(answer.output).toContain(`${found}: express`);
    expect(answer.code).toBe(code);
  });

  it('says that nothing was asked where no endpoint answers, and fails for nothing', async () => {
    severity = null;
    const { code, output } = await audit();
    expect(output).toContain('audit NOT RUN');
    expect(code).toBe(0);
  });
});
