import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DomainError } from '#app/protocol';
import { aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { startS3rver, type S3Server } from '../../../../test/support/s3rver.js';
import { AuditLog } from '../admin/audit-log.js';
import { ExportFileRepository } from '../exports/export-file.repository.js';
import { ExportRepository } from '../exports/export.repository.js';
import { JobRepository } from '../jobs/job.repository.js';
import { TokenVault } from '../tokens/token-vault.js';
import { StorageRepository } from './storage.repository.js';
import type { S3Resource, StorageDraft, StoragesQuery } from './storage.js';
import { Storages } from './storages.js';
import { contentOf } from './testing/storage-contract.js';

const aVault = (): TokenVault => new TokenVault(`k1:${randomBytes(32).toString('base64')}`);
const later = (): Date => new Date(Date.now() + 3_600_000);
const QUERY: StoragesQuery = { orderBy: 'name', asc: true, page: 0, size: 20 };
const TYPE = { contentType: 'text/csv' };

let opened: OpenTestDatabase;
let storages: StorageRepository;
let vault: TokenVault;
let made = 0;

const aDraft = (more: Partial<StorageDraft> = {}): StorageDraft => {
  made += 1;
  return {
    name: `Storage ${made}`,
    description: '',
    resource: { kind: 'local', directory: `d${made}` },
    active: true,
    credentials: null,
    ...more,
  };
};

const aBucket = (more: Partial<S3Resource> = {}): S3Resource => ({
  kind: 's3',
  endpoint: 'https://s3.example.org',
  region: 'eu-1',
  bucket: `bucket-${(made += 1)}`,
  prefix: '',
  pathStyle: true,
  ...more,
});

const CREDENTIALS = { accessKeyId: 'AKIA', secretAccessKey: 'very-secret' };

const ADMIN = { userid: '1', username: 'Admin', requestId: null };
const create = (draft: StorageDraft) => storages.create(draft, ADMIN);
const replace = (id: number, draft: StorageDraft) => storages.replace(id, draft, ADMIN);
const remove = (id: number) => storages.delete(id, ADMIN);

const failureOf = async (work: Promise<unknown>): Promise<DomainError> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof DomainError)) throw new Error(`Not refused: ${String(error)}`);
  return error;
};

beforeAll(async () => {
  opened = await openTestDatabase();
  vault = aVault();
  storages = new StorageRepository(opened.database, vault);
});

afterAll(() => opened.drop());

beforeEach(async () => {
  for (const table of ['exports', 'export_files', 'storages'])
    await opened.database.change(`DELETE FROM ${table}`);
});

describe('StorageRepository', () => {
  it('keeps what is written, credentials only sealed', async () => {
    const draft = aDraft({ description: 'Für alle', resource: aBucket(), credentials: CREDENTIALS });
    const created = await create(draft);
    const { credentials, ...rest } = draft;
    expect(created).toMatchObject(rest);
    expect(await storages.find(created.id)).toEqual(created);
    expect(JSON.stringify(created)).not.toContain('secret');
    expect(await storages.getWithCredentials(created.id)).toEqual({ storage: created, credentials });
    const [row] = await opened.database.rows<{ credentials: string }>('SELECT * FROM storages');
    expect(JSON.stringify(row)).not.toContain(CREDENTIALS.secretAccessKey);
    expect(() => vault.open(row?.credentials ?? '', String(created.id))).toThrow(); // not as an access token
  });

  it('does not open the credentials of another storage', async () => {
    const [a, b] = [
      await create(aDraft({ resource: aBucket(), credentials: CREDENTIALS })),
      await create(aDraft({ resource: aBucket(), credentials: CREDENTIALS })),
    ];
    await opened.database.change(
      'UPDATE storages x JOIN storages y ON y.id = ? SET x.credentials = y.credentials WHERE x.id = ?',
      [a.id, b.id],
    );
    await expect(storages.getWithCredentials(b.id)).rejects.toThrow(/does not open/);
    await expect(new Storages({ exportDir: '/nowhere' }, storages).open(b.id)).rejects.toMatchObject({
      code: 'STORAGE_UNREACHABLE',
    });
  });

  it('refuses a name and a place that are taken', async () => {
    const first = await create(
      aDraft({ name: 'First', resource: aBucket({ bucket: 'one' }), credentials: CREDENTIALS }),
    );
    const byName = await failureOf(create(aDraft({ name: 'First' })));
    expect(byName).toMatchObject({
      code: 'STORAGE_CONFLICT',
      details: { storage_id: first.id, name: 'First' },
    });
    expect(byName.message).toContain('name');
    const same = aBucket({ bucket: 'one', region: 'other', pathStyle: false });
    const byPlace = await failureOf(create(aDraft({ resource: same, credentials: CREDENTIALS })));
    expect(byPlace).toMatchObject({ code: 'STORAGE_CONFLICT', details: { storage_id: first.id } });
    expect(byPlace.message).toContain('place');
    const second = await create(aDraft({ name: 'Second' }));
    const { id, createdAt, modifiedAt, ...unchanged } = second;
    expect((await failureOf(replace(id, { ...unchanged, name: 'First', credentials: null }))).code).toBe(
      'STORAGE_CONFLICT',
    );
    expect(await storages.find(id)).toEqual({ id, createdAt, modifiedAt, ...unchanged });
    expect((await storages.list(QUERY)).total).toBe(2);
  });

  it('lets one of several at once have a name', async () => {
    const tries = Array.from({ length: 8 }, () =>
      create(aDraft({ name: 'Same' })).then(
        () => 1,
        () => 0,
      ),
    );
    expect((await Promise.all(tries)).reduce<number>((sum, one) => sum + one, 0)).toBe(1);
  });

  it('keeps credentials that are not given anew', async () => {
    const draft = aDraft({ resource: aBucket(), credentials: CREDENTIALS });
    const { id } = await create(draft);
    const renamed = await replace(id, { ...draft, name: 'Renamed', credentials: null });
    expect(renamed.name).toBe('Renamed');
    expect((await storages.getWithCredentials(id)).credentials).toEqual(CREDENTIALS);
    const other = { accessKeyId: 'B', secretAccessKey: 'C' };
    await replace(id, { ...draft, credentials: other });
    expect((await storages.getWithCredentials(id)).credentials).toEqual(other);
    await replace(id, aDraft());
    expect((await storages.getWithCredentials(id)).credentials).toBeNull();
    expect((await failureOf(replace(id, { ...draft, credentials: null }))).code).toBe('VALIDATION_FAILED');
    expect((await failureOf(create(aDraft({ resource: aBucket() })))).details).toHaveProperty([
      'resource.credentials',
    ]);
  });

  it('notes every change, without credentials', async () => {
    const draft = aDraft({ name: 'Noted', resource: aBucket(), credentials: CREDENTIALS });
    const { id } = await create(draft);
    await replace(id, { ...draft, name: 'Renamed', credentials: null });
    await remove(id);
    const { items } = await new AuditLog(opened.database).list({ page: 1, limit: 10, subjectId: String(id) });
    expect(items.map(({ action, before, after }) => [action, before, after]).reverse()).toMatchObject([
      ['storage.create', null, { name: 'Noted', has_new_credentials: true }],
      ['storage.replace', { name: 'Noted' }, { name: 'Renamed' }],
      ['storage.delete', { name: 'Renamed' }, null],
    ]);
    expect(JSON.stringify(items)).not.toMatch(/very-secret|AKIA/);
  });

  it('knows what it has not', async () => {
    expect(await storages.find(1)).toBeNull();
    for (const work of [
      () => storages.get(1),
      () => replace(1, aDraft()),
      () => remove(1),
      () => storages.getWithCredentials(1),
      () => new Storages({ exportDir: '/nowhere' }, storages).open(1),
    ])
      expect((await failureOf(work())).code).toBe('STORAGE_NOT_FOUND');
  });

  it('takes new exports only while it is active', async () => {
    const { id } = await create(aDraft({ active: false }));
    expect((await failureOf(storages.getActive(id))).code).toBe('STORAGE_CONFLICT');
    await replace(id, aDraft({ active: true }));
    expect((await storages.getActive(id)).id).toBe(id);
  });

  describe('in use', () => {
    let id: number;
    let files: ExportFileRepository;

    beforeEach(async () => {
      id = (await create(aDraft())).id;
      files = new ExportFileRepository(opened.database);
    });

    it('is neither deleted nor moved away from its files', async () => {
      const key = {
        subject: { kind: 'batch', batchid: 12 } as const,
        dataAt: new Date(),
        format: 'csv' as const,
      };
      const file = await files.reserve({ ...key, storageId: id }, later());
      await files.reserve({ ...key, storageId: null }, later());
      const refused = await failureOf(remove(id));
      expect(refused).toMatchObject({
        code: 'STORAGE_CONFLICT',
        details: { export_files: 1, open_exports: 0 },
      });
      expect((await failureOf(replace(id, aDraft()))).code).toBe('STORAGE_CONFLICT');
      const { resource } = await storages.get(id);
      expect((await replace(id, aDraft({ name: 'Renamed', resource }))).name).toBe('Renamed');
      await files.remove(file.id);
      await remove(id);
      expect(await storages.find(id)).toBeNull();
    });

    it('is not deleted while exports are being made for it', async () => {
      const { userid } = await aUser(opened.database, 'Alice');
      const jobs = new JobRepository(opened.database);
      const { job } = await jobs.createOrJoin({ kind: 'export', userid, subject: 'x', params: {} });
      const request = { kind: 'my_uploads', refId: null, format: 'csv', storageId: id } as const;
      await new ExportRepository(opened.database).keep(userid, job.id, request);
      expect((await failureOf(remove(id))).details).toEqual({ export_files: 0, open_exports: 1 });
      await jobs.requestCancel(job.id);
      await remove(id);
    });
  });

  describe('lists', () => {
    const names = async (query: Partial<StoragesQuery>): Promise<string[]> =>
      (await storages.list({ ...QUERY, ...query })).items.map(({ name }) => name);

    it('filters, sorts and pages', async () => {
      const a = await create(aDraft({ name: 'Archive', description: '100% Wasser' }));
      const b = await create(aDraft({ name: 'bucket', active: false }));
      const c = await create(aDraft({ name: 'Cellar_1' }));
      for (const [index, { id }] of [a, b, c].entries()) {
        await opened.database.change('UPDATE storages SET created_at = ? WHERE id = ?', [
          new Date(Date.UTC(2026, 0, index + 1)),
          id,
        ]);
      }
      await replace(a.id, aDraft({ name: 'Archive', description: '100% Wasser' }));
      expect(await names({})).toEqual(['Archive', 'Cellar_1', 'bucket']);
      expect(await names({ asc: false })).toEqual(['bucket', 'Cellar_1', 'Archive']);
      expect(await names({ orderBy: 'created' })).toEqual(['Archive', 'bucket', 'Cellar_1']);
      expect(await names({ orderBy: 'active' })).toEqual(['bucket', 'Archive', 'Cellar_1']);
      expect((await names({ orderBy: 'modified' })).at(-1)).toBe('Archive');
      expect(await names({ page: 1, size: 2 })).toEqual(['bucket']);
      expect(await names({ ids: [a.id, c.id, 999_999] })).toEqual(['Archive', 'Cellar_1']);
      expect(await names({ ids: [] })).toEqual([]);
      expect(await names({ keyword: 'WASSER' })).toEqual(['Archive']);
      expect(await names({ keyword: '0%' })).toEqual(['Archive']);
      expect(await names({ keyword: '_' })).toEqual(['Cellar_1']);
      expect(await names({ active: false })).toEqual(['bucket']);
      expect(await names({ createdFrom: new Date('2026-01-02') })).toEqual(['Cellar_1', 'bucket']);
      expect(await names({ createdBefore: new Date('2026-01-02') })).toEqual(['Archive']);
      expect((await storages.list({ ...QUERY, size: 1, keyword: 'e' })).total).toBe(3);
    });

    it('finds those that hold exports of a batch or import', async () => {
      const { id } = await create(aDraft({ name: 'Holder' }));
      await create(aDraft());
      const files = new ExportFileRepository(opened.database);
      const key = { dataAt: new Date(), format: 'csv' as const, storageId: id };
      await files.reserve({ ...key, subject: { kind: 'batch', batchid: 12 } }, later());
      await files.reserve({ ...key, subject: { kind: 'my_uploads', userid: '13' } }, later());
      expect(await names({ collectionId: 12 })).toEqual(['Holder']);
      expect(await names({ collectionId: 13 })).toEqual([]);
    });
  });
});

describe('Storages', () => {
  let server: S3Server;
  let folder: string;

  beforeAll(async () => {
    server = await startS3rver();
    folder = await mkdtemp(join(tmpdir(), 'curator-storages-'));
  });

  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('opens what was set up', async () => {
    const all = new Storages({ exportDir: folder, allowedHosts: [server.host] }, storages);
    const bucket = await create(
      aDraft({ resource: { kind: 's3', ...server.place }, credentials: server.credentials }),
    );
    const directory = await create(aDraft({ resource: { kind: 'local', directory: 'archive' } }));
    for (const [index, id] of [null, bucket.id, directory.id].entries()) {
      const storage = await all.open(id);
      await storage.check();
      await storage.write('a.csv', contentOf(`in ${index}`), TYPE);
      const file = await storage.open('a.csv');
      expect(file && (await text(file.stream))).toBe(`in ${index}`);
    }
    expect((await readdir(folder)).sort()).toEqual(['a.csv', 'archive']);
    expect(await readdir(join(folder, 'archive'))).toEqual(['a.csv']);
    all.close();
  });
});
