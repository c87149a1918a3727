import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredFile } from './file-storage.js';
import { LocalStorage } from './local-storage.js';
import { StorageUnreachableError } from './storage-unreachable.js';
import { contentOf, describeStorage } from './testing/storage-contract.js';

const TYPE = { contentType: 'text/csv' };

let folder: string;
let made = 0;

const nextDirectory = (): string => join(folder, `exports-${(made += 1)}`, 'deep');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curator-storage-'));
});

afterAll(() => rm(folder, { recursive: true }));

describeStorage('a directory', {
  open: async () => new LocalStorage(nextDirectory()),
  knowsUnfinished: true,
});

describe('LocalStorage', () => {
  let directory: string;
  let storage: LocalStorage;

  const names = async (files: AsyncIterable<StoredFile>): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of files) found.push(name);
    return found.sort();
  };

  beforeEach(() => {
    directory = nextDirectory();
    storage = new LocalStorage(directory);
  });

  it('keeps files for its own account only', async () => {
    await storage.write('a.csv', contentOf('x'), TYPE);
    expect((await stat(join(directory, 'a.csv'))).mode & 0o077).toBe(0);
    expect((await stat(directory)).mode & 0o077).toBe(0);
  });

  it('passes over what is not its own', async () => {
    await storage.write('a.csv', contentOf('x'), TYPE);
    await mkdir(join(directory, 'folder'));
    await writeFile(join(directory, '.hidden'), 'x');
    await writeFile(join(directory, 'no name'), 'x');
    await writeFile(join(directory, '.b.csv.0123456789abcdef.part'), 'x');
    expect(await names(storage.list())).toEqual(['a.csv']);
    expect(await names(storage.listTemporary())).toEqual(['.b.csv.0123456789abcdef.part']);
    expect(await storage.find('folder')).toBeNull();
    expect(await storage.open('folder')).toBeNull();
    expect(await storage.remove('folder')).toBe(false);
    await expect(storage.removeTemporary('.hidden')).rejects.toThrow(TypeError);
    expect(await readdir(directory)).toHaveLength(5);
  });

  it('never follows a link out', async () => {
    const secret = join(folder, 'secret');
    await writeFile(secret, 'the secret');
    await storage.write('a.csv', contentOf('x'), TYPE);
    await symlink(secret, join(directory, 'link.csv'));
    await symlink(secret, join(directory, '.link.csv.0123456789abcdef.part'));
    expect(await storage.find('link.csv')).toBeNull();
    expect(await storage.open('link.csv')).toBeNull();
    expect(await storage.remove('link.csv')).toBe(false);
    expect(await storage.removeTemporary('.link.csv.0123456789abcdef.part')).toBe(false);
    expect(await names(storage.list())).toEqual(['a.csv']);
    expect(await names(storage.listTemporary())).toEqual([]);
    await storage.write('link.csv', contentOf('mine'), TYPE);
    expect(await readFile(secret, 'utf8')).toBe('the secret');
    expect(await storage.find('link.csv')).toMatchObject({ size: 4 });
  });

  it('stays inside the directory that it belongs to', async () => {
    await mkdir(directory, { recursive: true });
    const outside = nextDirectory();
    await mkdir(outside, { recursive: true });
    await writeFile(join(outside, 'a.csv'), 'not ours');
    await symlink(outside, join(directory, 'archive'));
    const linked = new LocalStorage(join(directory, 'archive'), directory);
    const tries: (() => Promise<unknown>)[] = [
      () => linked.find('a.csv'),
      () => linked.open('a.csv'),
      () => linked.remove('a.csv'),
      () => linked.write('b.csv', contentOf('x'), TYPE),
      () => names(linked.list()),
      () => linked.check(),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toThrow(StorageUnreachableError);
    expect(await readdir(outside)).toEqual(['a.csv']);
    const inside = new LocalStorage(join(directory, 'inside'), directory);
    await inside.write('b.csv', contentOf('x'), TYPE);
    expect(await names(inside.list())).toEqual(['b.csv']);
  });

  it('says why it cannot be used', async () => {
    await writeFile(join(folder, 'file'), 'x');
    const nowhere = new LocalStorage(join(folder, 'file', 'exports'));
    await expect(nowhere.check()).rejects.toMatchObject({
      code: 'STORAGE_UNREACHABLE',
      message: 'The directory cannot be used (ENOTDIR).',
      isTemporary: false,
    });
    await expect(nowhere.write('a.csv', contentOf('x'), TYPE)).rejects.toThrow(StorageUnreachableError);
    const tries: (() => Promise<unknown>)[] = [
      () => nowhere.find('a.csv'),
      () => nowhere.open('a.csv'),
      () => nowhere.remove('a.csv'),
      () => names(nowhere.list()),
      () => names(nowhere.listTemporary()),
    ];
    for (const attempt of tries)
      await expect(attempt()).rejects.toMatchObject({ message: 'The directory cannot be used (ENOTDIR).' });
  });

  it('needs as little memory for a large file as for a small one', async () => {
    const before = process.memoryUsage().rss;
    let peak = before;
    async function* content(): AsyncGenerator<Buffer> {
      for (let piece = 0; piece < 3_200; piece += 1) {
        yield Buffer.alloc(65_536, piece);
        peak = Math.max(peak, process.memoryUsage().rss);
      }
    }
    const signal = new AbortController().signal;
    const { size } = await storage.write('large.csv', content(), { ...TYPE, signal });
    expect(size).toBe(200 * 1024 * 1024);
    expect(peak - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('gives no address', async () => {
    await storage.write('a.csv', contentOf('x'), TYPE);
    expect(await storage.presign('a.csv')).toBeNull();
  });
});
