import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { removeAbandonedWorkFiles } from './work-files.js';

describe('removeAbandonedWorkFiles', () => {
  let folder: string;
  const soon = (): Date => new Date(Date.now() + 1_000);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'work-files-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('removes those of processes that are gone, and no others', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const names = [
      `curator-worker-${pid}-a`,
      `curator-worker-${process.ppid}-b`,
      'curator-worker-c',
      'other',
    ];
    for (const name of names) await mkdir(path.join(folder, name));
    expect(await removeAbandonedWorkFiles(soon(), folder)).toEqual([names[0]]);
    expect((await readdir(folder)).sort()).toEqual(names.slice(1).sort());
  });

  it('bears with others that do the same at the same time', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    for (let index = 0; index < 40; index += 1) {
      const own = path.join(folder, `curator-worker-${pid}-${index}`);
      await mkdir(own);
      await writeFile(path.join(own, '1'), 'x');
    }
    await Promise.all(Array.from({ length: 8 }, () => removeAbandonedWorkFiles(soon(), folder)));
    expect(await readdir(folder)).toEqual([]);
  });
});
