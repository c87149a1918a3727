import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listMarkdown } from './markdown.js';

const ROOT = process.cwd();
const GATHER = `
  const { gather } = await import(process.argv[1]);
  const { sources } = await gather(process.argv[2], process.argv[3]);
  console.log(JSON.stringify(sources));
`;

/** What the site is made from, without what makes it. */
describe('the pages of the site', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'curator-site-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const gather = async (root: string): Promise<string[]> => {
    const words = ['--input-type=module', '-e', GATHER, path.join(ROOT, 'docs/site/gather.mjs')];
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [...words, root, path.join(folder, 'pages')]);
    return JSON.parse(stdout) as string[];
  };

  it('are all there, and every document has one', async () => {
    const sources = await gather(ROOT);
    const documents = (await listMarkdown('.', 'docs')).filter((name) => !name.startsWith('docs/site/'));
    expect(sources).toEqual(
      expect.arrayContaining([...documents, 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']),
    );
    const rest = await readFile(path.join(folder, 'pages/rest.md'), 'utf8');
    expect(rest).toContain('### `GET /api/imports/{id}/files`');
    expect(await readdir(path.join(folder, 'pages/operations'))).toContain('index.md');
  });

  it('are not built when one is missing, or a link leads nowhere', async () => {
    const copy = path.join(folder, 'copy');
    for (const name of [
      ...(await listMarkdown('.')),
      'docs/openapi.json',
      'docs/asyncapi.json',
      'LICENSE',
      '.env.example',
    ])
      if (!name.startsWith('docs/site/')) await cp(name, path.join(copy, name));
    await rm(path.join(copy, 'docs/errors.md'));
    await writeFile(path.join(copy, 'docs/upload-flow.md'), '# A page\n\n[somewhere](nowhere.md)\n');
    const failure = await gather(copy).catch((error: { stderr?: string }) => error.stderr ?? '');
    expect(failure).toContain('docs/errors.md is missing');
    expect(failure).toContain('docs/upload-flow.md: nowhere.md leads nowhere');
  });
});
