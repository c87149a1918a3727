import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Database,
  ExportFileRepository,
  ExportRepository,
  JobRepository,
  RedisLocks,
  StorageRepository,
  Storages,
} from '#app/persistence';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CleanExportFiles } from '../apps/worker/src/cleanup/clean-export-files.js';
import { CleaningTurn } from '../apps/worker/src/cleanup/cleaning-turn.js';
import { ExportStorages } from '../apps/worker/src/cleanup/export-storages.js';
import { loadWorkerConfig } from '../apps/worker/src/worker.config.js';
import type { Browser } from './sign-in/browser.js';
import { startApi, type RunningApi } from './sign-in/running-api.js';
import { signIn } from './support/sign-in.js';

const ROUNDS = 50;
const AT_ONCE = 20;
/** Between the ends of the lives of two files. */
const STEP_MS = 10;
/** Values: step, the first id, the first end, ids. */
const END_IN_TURN = `UPDATE export_files f JOIN exports e ON e.file_id = f.id
  SET f.expires_at = TIMESTAMPADD(MICROSECOND, ? * 1000 * (e.id - ?), ?) WHERE e.id IN (?)`;
const BYTES = 200_000;

const inAnHour = (): Date => new Date(Date.now() + 3_600_000);

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('downloads while exports are cleaned up', () => {
  let api: RunningApi;
  let person: Browser;
  let userid: string;
  let directory: string;
  let files: ExportFileRepository;
  let storages: Storages;
  let cleaner: CleanExportFiles;
  let made = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'curator-race-'));
    api = await startApi({ EXPORT_DIR: directory });
    person = await signIn(api.origin, 'Uploader');
    ({ userid } = (await (await person.go('/auth/whoami')).json()) as { userid: string });
    files = of(ExportFileRepository);
    storages = of(Storages);
    const { config } = loadWorkerConfig({
      DATABASE_URL: api.databaseUrl,
      REDIS_URL: process.env['TEST_REDIS_URL'],
      CURATOR_OAUTH1_KEY: 'consumer',
      CURATOR_OAUTH1_SECRET: 'secret',
      TOKEN_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 3).toString('base64')}`,
      EXPORT_DIR: directory,
    });
    cleaner = new CleanExportFiles(
      files,
      new ExportStorages(storages, of(StorageRepository), of(RedisLocks), config),
    );
  });

  afterAll(async () => {
    await api.stop();
    await rm(directory, { recursive: true });
  });

  const of = <T>(Service: new (...services: never[]) => T): T => api.app.get<T>(Service, { strict: false });

  const clean = async (): Promise<CleaningTurn> => {
    const turn = new CleaningTurn(cleaner.what, new AbortController().signal);
    await cleaner.clean(turn);
    return turn;
  };

  /** An export of the person whose job has ended. */
  async function anExport(): Promise<number> {
    made += 1;
    const request = { kind: 'my_uploads', refId: null, format: 'csv', storageId: null } as const;
    const asked = { kind: 'export', userid, subject: `${made}`, params: {} } as const;
    const { job } = await of(JobRepository).createOrJoin(asked);
    await of(Database).change("UPDATE jobs SET status = 'complete', ended_at = NOW() WHERE id = ?", [job.id]);
    return of(ExportRepository).keep(userid, job.id, request);
  }

  /** Gives an export a new file. @returns its hash */
  async function giveFile(id: number): Promise<string> {
    made += 1;
    const subject = { kind: 'my_uploads', userid } as const;
    const key = { subject, dataAt: new Date(made), format: 'csv', storageId: null } as const;
    const file = await files.reserve(key, inAnHour());
    const bytes = randomBytes(BYTES);
    const hash = sha256(bytes);
    async function* content(): AsyncGenerator<Buffer> {
      yield bytes;
    }
    await storages.default().write(file.name, content(), { contentType: 'text/csv' });
    await files.complete(file.id, { size: BYTES, rows: 1, sha256: hash, readAt: new Date() }, inAnHour());
    await of(Database).change('UPDATE exports SET file_id = ? WHERE id = ?', [file.id, id]);
    return hash;
  }

  async function download(id: number, hash: string): Promise<'whole' | 'gone'> {
    const answer = await person.go(`/api/exports/${id}/download`);
    const body = Buffer.from(await answer.arrayBuffer());
    if (answer.status === 404) {
      expect(JSON.parse(body.toString())).toMatchObject({ error_code: 'EXPORT_EXPIRED' });
      return 'gone';
    }
    expect(answer.status).toBe(200);
    expect([body.length, sha256(body)]).toEqual([BYTES, hash]);
    return 'whole';
  }

  it(`gives the whole file or 404, in ${ROUNDS * AT_ONCE} tries`, async () => {
    const outcomes = { whole: 0, gone: 0 };
    const ids = await Promise.all(Array.from({ length: AT_ONCE }, anExport));
    for (let round = 0; round < ROUNDS; round += 1) {
      const hashes = await Promise.all(ids.map(giveFile));
      const start = Date.now();
      await of(Database).change(END_IN_TURN, [STEP_MS, Math.min(...ids), new Date(start + 2 * STEP_MS), ids]);
      let isOpen = true;
      const cleaning = (async () => {
        while (isOpen) await clean();
      })();
      // Each begins about when the life of its file ends.
      const tries = ids.map(async (id, index) => {
        await sleep(start + (index + ((round + index) % 4)) * STEP_MS - Date.now());
        outcomes[await download(id, hashes[index] ?? '')] += 1;
      });
      await Promise.all(tries).finally(() => (isOpen = false));
      await cleaning;
    }
    expect(outcomes.whole + outcomes.gone).toBe(ROUNDS * AT_ONCE);
    expect(Math.min(outcomes.whole, outcomes.gone)).toBeGreaterThan(0);

    // What ended after the last look.
    await clean();
    // What was downloaded lives on; each file has a row and each row a file.
    const written = await files.listWritten(0, ROUNDS * AT_ONCE);
    expect(written.map(({ name }) => name).sort()).toEqual((await readdir(directory)).sort());
    expect(written).toHaveLength(outcomes.whole);
    await of(Database).change('UPDATE export_files SET expires_at = ?', [new Date()]);
    expect(await clean()).toMatchObject({ removed: outcomes.whole, failed: 0 });
    expect(await readdir(directory)).toEqual([]);
  }, 120_000);
});
