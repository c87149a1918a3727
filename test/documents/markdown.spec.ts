import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anchorsIn, findDeadLinks, linksIn, listMarkdown } from './markdown.js';

describe('the Markdown of the repository', () => {
  it('has no link that leads nowhere', async () => {
    const files = await listMarkdown('.');
    expect(files).toEqual(expect.arrayContaining(['README.md', 'docs/protocol.md', 'libs/client/README.md']));
    const dead = await Promise.all(files.map((file) => findDeadLinks('.', file)));
    expect(dead.flat()).toEqual([]);
  });
});

describe('the first change of CONTRIBUTING.md', () => {
  it('fits the files that it changes', async () => {
    const guide = await readFile('CONTRIBUTING.md', 'utf8');
    const diffs = [...guide.matchAll(/^```diff\n--- a\/(\S+)\n\+\+\+ .*\n@@ .*\n([\s\S]*?)^```$/gm)];
    expect(diffs).toHaveLength(2);
    for (const [, file = '', hunk = ''] of diffs) {
      const before = hunk.split('\n').filter((line) => !line.startsWith('+'));
      expect(await readFile(file, 'utf8')).toContain(before.map((line) => line.slice(1)).join('\n'));
    }
  });
});

describe('looking for dead links', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'curator-links-'));
    await writeFile(
      path.join(folder, 'other.md'),
      '# A `heading`, or two\n\n```\n# Not one\n```\n\n## Ümlaut & more\n',
    );
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const deadIn = async (text: string): Promise<string[]> => {
    await writeFile(path.join(folder, 'page.md'), text);
    return findDeadLinks(folder, 'page.md');
  };

  it.each([
    '[a](other.md)',
    '[a](./other.md#a-heading-or-two)',
    '[a](other.md#ümlaut--more "a title")',
    '[a](other.md#%C3%BCmlaut--more)',
    '# Here\n[a](#here)',
    '[a](https://example.org/nothing)',
    '[a](mailto:a@example.org)',
    '[a][b]\n\n[b]: other.md',
    '`[a](nothing.md)`',
    '```\n[a](nothing.md)\n```',
    '[![image](other.md)](other.md)',
  ])('passes %j', async (text) => {
    expect(await deadIn(text)).toEqual([]);
  });

  it.each([
    '[a](nothing.md)',
    '[a](other.md#not-one)',
    '[a](#nowhere)',
    '[a](../outside.md)',
    '[a](/other.md)',
    '[a][b]\n\n[b]: nothing.md',
    '![image](nothing.png)',
    '[![image](nothing.png)](other.md)',
  ])('finds %j', async (text) => {
    expect(await deadIn(text)).toHaveLength(1);
  });

  it('tells headings of the same name apart', () => {
    expect([...anchorsIn('# A\n## A\n### [A](x.md) #')]).toEqual(['a', 'a-1', 'a-2']);
    expect(linksIn('[a](b) and [c](<d>)')).toEqual(['b', 'd']);
  });
});
