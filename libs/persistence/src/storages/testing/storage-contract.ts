import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { buffer, text } from 'node:stream/consumers';
import type { FileStorage, StoredFile, TemporaryFile } from '../file-storage.js';

const TYPE = { contentType: 'text/csv' };
const MEGABYTE = 1024 * 1024;

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export async function* contentOf<T>(...parts: T[]): AsyncGenerator<T> {
  yield* parts;
}

async function toArray<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

const namesIn = async (files: AsyncIterable<StoredFile>): Promise<string[]> =>
  (await toArray(files)).map(({ name }) => name).sort();

const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(Error);
  return outcome;
};

export interface ContractOptions {
  /** An empty storage. */
  open: () => Promise<FileStorage>;
  /** Whether unfinished writes can be listed and given up: a stand-in may not know how to. */
  knowsUnfinished: boolean;
}

/** What every storage promises. */
export function describeStorage(kind: string, { open, knowsUnfinished }: ContractOptions): void {
  describe(`a storage: ${kind}`, () => {
    let storage: FileStorage;

    const read = async (name: string): Promise<string | null> => {
      const opened = await storage.open(name);
      return opened && text(opened.stream);
    };
    const expectNothingUnfinished = async (): Promise<void> => {
      if (knowsUnfinished) expect(await namesIn(storage.listTemporary())).toEqual([]);
    };

    beforeEach(async () => {
      storage = await open();
    });

    afterEach(async () => {
      for await (const { name } of storage.list()) await storage.remove(name);
      if (knowsUnfinished)
        for await (const { name } of storage.listTemporary()) await storage.removeTemporary(name);
    });

    it('keeps texts and bytes', async () => {
      const content = contentOf<Buffer | string>('Straße,', Buffer.from('🚲\r\n'), '', 'ende');
      expect(await storage.write('a-1.csv', content, TYPE)).toEqual({ size: 18 });
      expect(await read('a-1.csv')).toBe('Straße,🚲\r\nende');
      const found = await storage.find('a-1.csv');
      expect(found).toMatchObject({ name: 'a-1.csv', size: 18 });
      expect(Math.abs((found?.modifiedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(await toArray(storage.list())).toMatchObject([{ name: 'a-1.csv', size: 18 }]);
      await expectNothingUnfinished();
    });

    it('keeps nothing at all, too', async () => {
      expect(await storage.write('empty', contentOf<string>(), TYPE)).toEqual({ size: 0 });
      expect(await read('empty')).toBe('');
      expect(await storage.find('empty')).toMatchObject({ size: 0 });
    });

    it('keeps what is larger than one part', async () => {
      const bytes = randomBytes(19 * MEGABYTE + 17);
      const pieces = contentOf(
        bytes.subarray(0, 5),
        bytes.subarray(5, 9 * MEGABYTE),
        bytes.subarray(9 * MEGABYTE),
      );
      expect(await storage.write('large', pieces, TYPE)).toEqual({ size: bytes.length });
      const opened = await storage.open('large');
      expect(opened?.size).toBe(bytes.length);
      expect(opened && sha256(await buffer(opened.stream))).toBe(sha256(bytes));
      await expectNothingUnfinished();
    });

    it.each([
      [{ start: 0, end: 3 }, '0123'],
      [{ start: 4, end: 4 }, '4'],
      [{ start: 7 }, '789'],
      [{ start: 0 }, '0123456789'],
      [{ start: 8, end: 99 }, '89'],
    ])('reads the range %j', async (range, expected) => {
      await storage.write('digits', contentOf('0123456789'), TYPE);
      const opened = await storage.open('digits', range);
      expect(opened?.size).toBe(10);
      expect(opened && (await text(opened.stream))).toBe(expected);
    });

    it('refuses a range behind the end', async () => {
      await storage.write('digits', contentOf('0123456789'), TYPE);
      expect(await failureOf(storage.open('digits', { start: 10 }))).toBeInstanceOf(RangeError);
    });

    it('shows a file only when all of it is written', async () => {
      await storage.write('a.csv', contentOf('before'), TYPE);
      const middle = randomBytes(9 * MEGABYTE);
      const seen: unknown[] = [];
      async function* content(): AsyncGenerator<Buffer> {
        yield middle;
        seen.push(await read('a.csv'), await namesIn(storage.list()));
        yield middle;
      }
      await storage.write('a.csv', content(), TYPE);
      expect(seen).toEqual(['before', ['a.csv']]);
      expect(await storage.find('a.csv')).toMatchObject({ size: 18 * MEGABYTE });
    });

    it.each([[10], [17 * MEGABYTE]])(
      'leaves nothing when the content fails after %d bytes',
      async (bytes) => {
        const fault = new Error('The rows could not be read');
        async function* content(): AsyncGenerator<Buffer> {
          yield Buffer.alloc(bytes);
          throw fault;
        }
        expect(await failureOf(storage.write('a.csv', content(), TYPE))).toBe(fault);
        expect(await storage.find('a.csv')).toBeNull();
        expect(await namesIn(storage.list())).toEqual([]);
        await expectNothingUnfinished();
      },
    );

    it.each([[10], [17 * MEGABYTE]])('leaves nothing when it is aborted after %d bytes', async (bytes) => {
      const stop = new AbortController();
      const reason = new Error('Cancelled');
      async function* content(): AsyncGenerator<Buffer> {
        yield Buffer.alloc(bytes);
        setImmediate(() => stop.abort(reason));
        await new Promise<never>(() => undefined); // rows that never come
      }
      const write = storage.write('a.csv', content(), { ...TYPE, signal: stop.signal });
      expect(await failureOf(write)).toBe(reason);
      expect(await storage.find('a.csv')).toBeNull();
      await expectNothingUnfinished();
    });

    it('writes nothing when it is aborted before', async () => {
      const reason = new Error('Cancelled');
      const signal = AbortSignal.abort(reason);
      expect(await failureOf(storage.write('a.csv', contentOf('x'), { ...TYPE, signal }))).toBe(reason);
      expect(await storage.find('a.csv')).toBeNull();
      await expectNothingUnfinished();
    });

    it('reads to its end what is removed meanwhile', async () => {
      const bytes = randomBytes(6 * MEGABYTE);
      await storage.write('gone', contentOf(bytes), TYPE);
      const opened = await storage.open('gone');
      expect(await storage.remove('gone')).toBe(true);
      expect(await storage.find('gone')).toBeNull();
      expect(opened && sha256(await buffer(opened.stream))).toBe(sha256(bytes));
    });

    it('knows what it has not', async () => {
      expect(await storage.find('none')).toBeNull();
      expect(await storage.open('none')).toBeNull();
      expect(await storage.remove('none')).toBe(false);
      expect(await namesIn(storage.list())).toEqual([]);
    });

    it.each([
      '',
      '.',
      '..',
      '../a',
      'a/b',
      '/etc/passwd',
      'a\\b',
      '.hidden',
      'a\0',
      'ä',
      'a b',
      'x'.repeat(201),
      'a\n',
    ])('takes %j for no name', async (name) => {
      const tries: (() => Promise<unknown>)[] = [
        () => storage.write(name, contentOf('x'), TYPE),
        () => storage.find(name),
        () => storage.open(name),
        () => storage.remove(name),
        () => storage.removeTemporary(name),
        () => storage.presign(name, { downloadName: 'a', contentType: 'text/csv', seconds: 1 }),
      ];
      for (const attempt of tries) expect(await failureOf(attempt())).toBeInstanceOf(TypeError);
    });

    it('can be checked, leaving nothing', async () => {
      await storage.check();
      expect(await namesIn(storage.list())).toEqual([]);
      await expectNothingUnfinished();
    });

    if (knowsUnfinished) {
      it('lists what is being written, and gives it up', async () => {
        const unfinished: TemporaryFile[] = [];
        let [given, isSpared] = [false, false];
        async function* content(): AsyncGenerator<Buffer> {
          yield Buffer.alloc(9 * MEGABYTE);
          while (unfinished.length === 0) unfinished.push(...(await toArray(storage.listTemporary())));
          const name = unfinished[0]?.name ?? '';
          isSpared = !(await storage.removeTemporary(name, new Date(Date.now() - 60_000)));
          given = await storage.removeTemporary(name, new Date(Date.now() + 60_000));
          throw new Error('Given up');
        }
        await failureOf(storage.write('a.csv', content(), TYPE));
        expect(unfinished).toMatchObject([{ of: 'a.csv' }]);
        expect(isSpared).toBe(true);
        expect(Math.abs((unfinished[0]?.modifiedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
        expect(given).toBe(true);
        expect(await storage.removeTemporary(unfinished[0]?.name ?? '')).toBe(false);
        await expectNothingUnfinished();
      });
    }
  });
}
