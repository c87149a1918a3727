import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import {
  AdvisoryLock,
  type Database,
  ExportFileRepository,
  exportLockKey,
  type RedisLocks,
  type StorageRepository,
} from '#app/persistence';
import { readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenStores } from '../../../../test/support/open-stores.js';
import { waitUntil } from '../../../../test/support/wait-until.js';
import { CleanExportFiles, CleanExportRows } from './clean-export-files.js';
import { CleanUp } from './clean-up.js';
import { type Cleaner } from './cleaning-turn.js';
import { type ExportStorages } from './export-storages.js';
import { CleanupSetting, LONG_AGO, later } from '../../../../test/support/cleanup-setting.js';

const ADMIN = { userid: '1', username: 'Admin', requestId: null };

describe('the clean-up', () => {
  let setting: CleanupSetting;
  let stores: OpenStores;
  let database: Database;
  let files: ExportFileRepository;
  let repository: StorageRepository;
  let locks: RedisLocks;
  let directory: string;
  let shared: ExportStorages;

  beforeAll(async () => {
    setting = await CleanupSetting.open();
  });

  beforeEach(async () => {
    await setting.begin();
    ({ stores, database, files, repository, locks, directory, shared } = setting);
  });

  afterEach(() => setting.end());
  afterAll(() => setting.stores.close());

  describe('of exports', () => {
    it('removes those past their lifetime, the file and its row, and nothing else', async () => {
      const over = [await setting.anExport(LONG_AGO), await setting.anExport(LONG_AGO)];
      const alive = await setting.anExport(later());
      expect(await setting.clean(new CleanExportFiles(files, shared))).toMatchObject({
        removed: 2,
        failed: 0,
      });
      expect(await setting.listFiles()).toEqual([alive.name]);
      for (const { id } of over) expect(await files.find(id)).toBeNull();
      expect(await files.find(alive.id)).not.toBeNull();
    });

    it('counts the lifetime from the last download', async () => {
      const file = await setting.anExport(LONG_AGO);
      const before = new Date(LONG_AGO.getTime() - 1);
      expect(await files.noteDownload(file.id, before, later())).toBe(true);
      expect(await files.noteDownload((await setting.anExport(LONG_AGO)).id, new Date(), later())).toBe(
        false,
      );
      expect(await setting.clean(new CleanExportFiles(files, shared))).toMatchObject({
        removed: 1,
        failed: 0,
      });
      expect(await setting.listFiles()).toEqual([file.name]);
    });

    it('leaves alone what somebody holds the lock of, and what was asked for again meanwhile', async () => {
      const held = await setting.anExport(LONG_AGO);
      const lock = await locks.acquire(exportLockKey(null, held.name), 60_000);
      const again = await setting.anExport(LONG_AGO);
      class AskedMeanwhile extends ExportFileRepository {
        override async listExpired(...values: Parameters<ExportFileRepository['listExpired']>) {
          const found = await super.listExpired(...values);
          await database.change('UPDATE export_files SET expires_at = ? WHERE id = ?', [later(), again.id]);
          return found;
        }
      }
      const asked = new AskedMeanwhile(database);
      expect(await setting.clean(new CleanExportFiles(asked, shared))).toMatchObject({
        removed: 0,
        failed: 0,
      });
      expect(await setting.listFiles()).toEqual([held.name, again.name].sort());
      await lock?.release();
      expect(await setting.clean(new CleanExportFiles(files, shared))).toMatchObject({ removed: 1 });
      expect(await setting.listFiles()).toEqual([again.name]);
    });

    it('goes on after what cannot be removed, and asks a storage that is away only once', async () => {
      const { id } = await repository.create(
        {
          name: 'Away',
          description: '',
          resource: { kind: 'local', directory: 'away' },
          active: true,
          credentials: null,
        },
        ADMIN,
      );
      const stuck = [await setting.anExport(LONG_AGO, id), await setting.anExport(LONG_AGO, id)];
      await rm(join(directory, 'away'), { recursive: true });
      await symlink(tmpdir(), join(directory, 'away'));
      const last = await setting.anExport(LONG_AGO);
      const turn = await setting.clean(new CleanExportFiles(files, shared));
      expect(turn).toMatchObject({ removed: 1, failed: 1 });
      expect(await files.find(last.id)).toBeNull();
      for (const file of stuck) expect(await files.find(file.id)).not.toBeNull();
    });

    it('stops when its time is over, and goes on the next time', async () => {
      for (let index = 0; index < 5; index += 1) await setting.anExport(LONG_AGO);
      const time = new AbortController();
      class UntilTwo extends ExportFileRepository {
        private count = 0;
        override async removeExpired(...values: Parameters<ExportFileRepository['removeExpired']>) {
          this.count += 1;
          if (this.count === 2) time.abort(new Error('The time is over'));
          return super.removeExpired(...values);
        }
      }
      const first = await setting.clean(new CleanExportFiles(new UntilTwo(database), shared), time.signal);
      expect(first).toMatchObject({ removed: 2, failed: 0, isOver: true });
      expect(await setting.listFiles()).toHaveLength(3);
      expect(await setting.clean(new CleanExportFiles(files, shared))).toMatchObject({ removed: 3 });
      expect(await setting.listFiles()).toEqual([]);
    });

    it('removes nothing outside of the directory, whatever a name says', async () => {
      const name = `outside-${process.pid}.csv`;
      const outside = join(directory, '..', name);
      await writeFile(outside, 'not ours');
      const file = await setting.anExport(LONG_AGO);
      await database.change('UPDATE export_files SET name = ? WHERE id = ?', [`../${name}`, file.id]);
      const turn = await setting.clean(new CleanExportFiles(files, shared));
      expect(turn).toMatchObject({ removed: 0, failed: 1 });
      expect(await readdir(join(directory, '..'))).toContain(name);
      await rm(outside);
    });

    it('removes rows whose file is gone', async () => {
      const [gone, there] = [await setting.anExport(later()), await setting.anExport(later())];
      const subject = { kind: 'batch', batchid: 99_999 } as const;
      const unwritten = await files.reserve(
        { subject, dataAt: LONG_AGO, format: 'csv', storageId: null },
        later(),
      );
      await rm(join(directory, gone.name));
      const cleaner = new CleanExportRows(files, shared);
      expect(await setting.clean(cleaner)).toMatchObject({ removed: 1, failed: 0 });
      expect(await files.find(gone.id)).toBeNull();
      expect(await files.find(there.id)).not.toBeNull();
      expect(await files.find(unwritten.id)).not.toBeNull();
      await rm(join(directory, there.name));
      const lock = await locks.acquire(exportLockKey(null, there.name), 60_000);
      expect(await setting.clean(cleaner)).toMatchObject({ removed: 0 });
      await lock?.release();
      expect(await setting.clean(cleaner)).toMatchObject({ removed: 1 });
    });
  });

  describe('as a whole', () => {
    const cleanUpWith = (cleaners: Cleaner[], more: Record<string, string> = {}): CleanUp =>
      new CleanUp(setting.configure(more), new SchedulerRegistry(), stores.nest.get(AdvisoryLock), cleaners);

    it('has one process at a time at it', async () => {
      let isBegun = false;
      let end = (): void => undefined;
      const slow: Cleaner = {
        what: 'nothing',
        clean: () =>
          new Promise((resolve) => {
            isBegun = true;
            end = resolve;
          }),
      };
      const first = cleanUpWith([slow]).run();
      await waitUntil('its begin', async () => isBegun);
      expect(await cleanUpWith([slow]).run()).toBe(false);
      end();
      expect(await first).toBe(true);
    });

    it('goes on with the others when one fails or takes its time', async () => {
      const done: string[] = [];
      const cleaners: Cleaner[] = [
        { what: 'broken', clean: () => Promise.reject(new Error('Broken')) },
        {
          what: 'slow',
          clean: (turn) =>
            new Promise((resolve) => {
              turn.signal.addEventListener('abort', () => {
                done.push('slow');
                resolve();
              });
            }),
        },
        { what: 'last', clean: async (turn) => void done.push(turn.isOver ? 'too late' : 'last') },
      ];
      expect(await cleanUpWith(cleaners, { CLEANUP_TIME_LIMIT_SECONDS: '1' }).run()).toBe(true);
      expect(done).toEqual(['slow', 'last']);
    });

    it('ends with its process', async () => {
      const seen: string[] = [];
      const waiting: Cleaner = {
        what: 'nothing',
        clean: (turn) =>
          new Promise((resolve) => {
            seen.push('begun');
            turn.signal.addEventListener('abort', () => {
              seen.push('ended');
              resolve();
            });
          }),
      };
      const cleanUp = cleanUpWith([waiting, waiting]);
      cleanUp.onApplicationBootstrap();
      await waitUntil('its begin', async () => seen.length > 0);
      cleanUp.onModuleDestroy();
      await cleanUp.beforeApplicationShutdown();
      expect(seen).toEqual(['begun', 'ended']);
    });
  });
});
