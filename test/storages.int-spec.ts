import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '#app/persistence';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser } from './sign-in/browser.js';
import { startApi, type RunningApi } from './sign-in/running-api.js';
import { signIn } from './support/sign-in.js';
import { startS3rver, type S3Server } from './support/s3rver.js';

interface Storage {
  id: number;
  name: string;
  resource: Record<string, unknown>;
}

interface Refusal {
  error_code: string;
  error_msg: string;
  details?: Record<string, unknown>;
}

const SECRET = 'do-not-tell-anybody';

describe('storages', () => {
  let api: RunningApi;
  let admin: Browser;
  let directory: string;
  let server: S3Server;
  let made = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'curator-exports-'));
    server = await startS3rver();
    api = await startApi({ EXPORT_DIR: directory, DOWNLOAD_ALLOWED_HOSTS: `${server.host},127.0.0.1:1` });
    admin = await signIn(api.origin, 'Admin');
  });

  afterAll(async () => {
    await api.stop();
    await server.close();
    await rm(directory, { recursive: true });
  });

  const database = (): Database => api.app.get(Database, { strict: false });

  beforeEach(() => database().change('DELETE FROM storages'));

  const send = (method: string, path: string, body?: unknown, browser = admin): Promise<Response> =>
    browser.go(`/api/storages${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });

  const aDirectory = (more: object = {}): object => {
    made += 1;
    return { name: `Directory ${made}`, resource: { kind: 'local', directory: `d${made}` }, ...more };
  };

  const aBucket = (resource: object = {}, more: object = {}): object => {
    made += 1;
    const { endpoint, region, bucket } = server.place;
    const credentials = { access_key_id: server.credentials.accessKeyId, secret_access_key: SECRET };
    return {
      name: `Bucket ${made}`,
      resource: { kind: 's3', endpoint, region, bucket, prefix: `p${made}/`, credentials, ...resource },
      ...more,
    };
  };

  const create = async (draft: object): Promise<Storage> => {
    const answer = await send('POST', '', draft);
    expect(answer.status).toBe(201);
    return (await answer.json()) as Storage;
  };

  const refusal = async (answer: Response, status: number): Promise<Refusal> => {
    expect(answer.status).toBe(status);
    const text = await answer.text();
    expect(text).not.toContain(SECRET);
    return JSON.parse(text) as Refusal;
  };

  it('are for administrators only', async () => {
    const person = await signIn(api.origin, 'Uploader');
    const { id } = await create(aDirectory());
    const calls: [string, string, unknown?][] = [
      ['GET', ''],
      ['POST', '', aDirectory()],
      ['GET', `/${id}`],
      ['PUT', `/${id}`, aDirectory()],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/check`],
    ];
    for (const [method, path, body] of calls) {
      expect((await refusal(await send(method, path, body, person), 403)).error_code).toBe('FORBIDDEN');
      const stranger = new Browser(api.origin);
      expect((await refusal(await send(method, path, body, stranger), 401)).error_code).toBe(
        'UNAUTHENTICATED',
      );
    }
    expect((await send('GET', `/${id}`)).status).toBe(200);
  });

  it('are set up, shown, changed and removed', async () => {
    const answer = await send('POST', '', aDirectory({ name: ' Archive ', description: 'Old ones' }));
    const created = (await answer.json()) as Storage;
    expect(answer.headers.get('location')).toBe(`/api/storages/${created.id}`);
    const time = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(created).toEqual({
      id: created.id,
      name: 'Archive',
      description: 'Old ones',
      resource: { kind: 'local', directory: `d${made}` },
      active: true,
      created_at: time,
      modified_at: time,
    });
    expect(await (await send('GET', `/${created.id}`)).json()).toEqual(created);
    const changed = await send('PUT', `/${created.id}`, aDirectory({ name: 'New', active: false }));
    expect(await changed.json()).toMatchObject({
      id: created.id,
      name: 'New',
      active: false,
      description: '',
    });
    expect((await send('DELETE', `/${created.id}`)).status).toBe(204);
    for (const [method, path, body] of [
      ['GET', ''],
      ['DELETE', ''],
      ['PUT', '', aDirectory()],
      ['POST', '/check'],
    ] as const) {
      const gone = await refusal(await send(method, `/${created.id}${path}`, body), 404);
      expect(gone.error_code).toBe('STORAGE_NOT_FOUND');
    }
  });

  it('never show a secret, and keep it when it is not given again', async () => {
    const draft = aBucket();
    const answer = await send('POST', '', draft);
    const text = await answer.text();
    const { id, resource } = JSON.parse(text) as Storage;
    expect(resource).toEqual({
      kind: 's3',
      endpoint: server.place.endpoint,
      region: 'us-east-1',
      bucket: 'exports',
      prefix: `p${made}/`,
      path_style: true,
      has_credentials: true,
    });
    const { credentials: _, ...withoutSecret } = (draft as { resource: { credentials: unknown } }).resource;
    const changed = await send('PUT', `/${id}`, { ...draft, name: 'Renamed', resource: withoutSecret });
    const seen = [text, await changed.text(), await (await send('GET', `/${id}`)).text()];
    seen.push(
      await (await send('GET', '')).text(),
      JSON.stringify(await database().rows('SELECT * FROM storages')),
    );
    for (const one of seen) {
      expect(one).not.toContain(SECRET);
      expect(one).not.toContain('S3RVER');
    }
    expect(await (await send('POST', `/${id}/check`)).json()).toEqual({ reachable: true });
  });

  it('are checked', async () => {
    const local = await create(aDirectory());
    expect(await (await send('POST', `/${local.id}/check`)).json()).toEqual({ reachable: true });
    expect(await readdir(directory)).toContain(`d${made}`);
    const unknown = { access_key_id: 'NOBODY', secret_access_key: SECRET };
    for (const [resource, reason] of [
      [{ credentials: unknown }, 'InvalidAccessKeyId'],
      [{ bucket: 'nothing-here' }, 'NoSuchBucket'],
      [{ endpoint: 'http://127.0.0.1:1' }, 'could not be asked'],
    ] as const) {
      const { id } = await create(aBucket(resource));
      const { error_code, error_msg } = await refusal(await send('POST', `/${id}/check`), 502);
      expect(error_code).toBe('STORAGE_UNREACHABLE');
      expect(error_msg).toContain(reason);
    }
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ name: 7 }, 'name'],
    [{ description: 'x'.repeat(2_001) }, 'description'],
    [{ active: 'yes' }, 'active'],
    [{ owner: 'me' }, 'owner'],
    [{ resource: null }, 'resource'],
    [{ resource: 'd' }, 'resource'],
    [{ resource: [] }, 'resource'],
    [{ resource: {} }, 'resource.kind'],
    [{ resource: { kind: 'ftp', host: 'x' } }, 'resource.kind'],
    [{ resource: { kind: 'local' } }, 'resource.directory'],
    [{ resource: { kind: 'local', directory: '../etc' } }, 'resource.directory'],
    [{ resource: { kind: 'local', directory: '/etc' } }, 'resource.directory'],
    [{ resource: { kind: 'local', directory: '.' } }, 'resource.directory'],
    [{ resource: { kind: 'local', directory: 'd', bucket: 'b' } }, 'resource.bucket'],
  ])('refuse %j', async (more, field) => {
    const { error_code, details } = await refusal(await send('POST', '', aDirectory(more)), 400);
    expect(error_code).toBe('VALIDATION_FAILED');
    expect(details).toHaveProperty([field]);
  });

  it.each([
    [{ endpoint: 'http://s3.example.org' }, 'endpoint'],
    [{ endpoint: 'https://10.0.0.1' }, 'endpoint'],
    [{ endpoint: 'https://169.254.169.254' }, 'endpoint'],
    [{ endpoint: 'http://127.0.0.1:2' }, 'endpoint'],
    [{ endpoint: 'https://user:pass@s3.example.org' }, 'endpoint'],
    [{ endpoint: 'https://s3.example.org/path' }, 'endpoint'],
    [{ endpoint: 's3.example.org' }, 'endpoint'],
    [{ endpoint: 'https://s3.example.org:99999' }, 'endpoint'],
    [{ endpoint: 'https://[::1' }, 'endpoint'],
    [{ region: 'a b' }, 'region'],
    [{ bucket: 'A' }, 'bucket'],
    [{ bucket: '../x' }, 'bucket'],
    [{ prefix: '/abs/' }, 'prefix'],
    [{ prefix: '../up/' }, 'prefix'],
    [{ prefix: 'noslash' }, 'prefix'],
    [{ path_style: 'yes' }, 'path_style'],
    [{ credentials: undefined }, 'credentials'],
    [{ credentials: SECRET }, 'credentials'],
    [{ credentials: { access_key_id: 'a' } }, 'credentials.secret_access_key'],
    [
      { credentials: { access_key_id: SECRET, secret_access_key: `${SECRET}\n` } },
      'credentials.secret_access_key',
    ],
    [{ directory: 'd' }, 'directory'],
  ])('refuse buckets with %j', async (resource, field) => {
    const { error_code, details } = await refusal(await send('POST', '', aBucket(resource)), 400);
    expect(error_code).toBe('VALIDATION_FAILED');
    expect(details).toHaveProperty([`resource.${field}`]);
  });

  it('refuse a name or place that another has', async () => {
    const first = await create(aBucket({ prefix: 'same/' }, { name: 'First' }));
    const byName = await refusal(await send('POST', '', aDirectory({ name: 'First' })), 409);
    expect(byName).toMatchObject({ error_code: 'STORAGE_CONFLICT', details: { storage_id: first.id } });
    const byPlace = await refusal(await send('POST', '', aBucket({ prefix: 'same/' })), 409);
    expect(byPlace).toMatchObject({ error_code: 'STORAGE_CONFLICT', details: { name: 'First' } });
  });

  it('say what depends on them instead of going', async () => {
    const { id } = await create(aDirectory());
    await database().change(
      `INSERT INTO export_files (kind, subject_id, data_at, format, storage_id, name, place, expires_at, created_at)
       VALUES ('batch', '12', NOW(), 'csv', ?, 'a.csv', 'x', NOW(), NOW())`,
      [id],
    );
    expect(await refusal(await send('DELETE', `/${id}`), 409)).toMatchObject({
      error_code: 'STORAGE_CONFLICT',
      details: { export_files: 1, open_exports: 0 },
    });
    expect(await (await send('GET', '?collection_id=12')).json()).toMatchObject({
      total: 1,
      items: [{ id }],
    });
    expect(await (await send('GET', '?collection_id=13')).json()).toMatchObject({ total: 0, items: [] });
    await database().change('DELETE FROM export_files');
    expect((await send('DELETE', `/${id}`)).status).toBe(204);
  });

  it('are listed by pages, filtered and sorted', async () => {
    const [a, b, c] = [
      await create(aDirectory({ name: 'a' })),
      await create(aDirectory({ name: 'b', active: false })),
      await create(aDirectory({ name: 'c', description: 'for batches' })),
    ];
    const names = async (query: string): Promise<string[]> => {
      const answer = await send('GET', `?${query}`);
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { items: Storage[] }).items.map(({ name }) => name);
    };
    expect(await (await send('GET', '')).json()).toMatchObject({ total: 3, page: 0, size: 20 });
    expect(await names('asc=true')).toEqual(['a', 'b', 'c']);
    expect(await names('sortby=created&asc=true&page=1&size=2')).toEqual(['c']);
    expect(await names('sortby=active&asc=true')).toEqual(['b', 'a', 'c']);
    expect(await names(`ids=${a.id}&ids=${c.id}&asc=true`)).toEqual(['a', 'c']);
    expect(await names(`ids=${a.id},${b.id}&asc=true`)).toEqual(['a', 'b']);
    expect(await names('keyword=BATCH')).toEqual(['c']);
    expect(await names('active=false')).toEqual(['b']);
    const today = new Date().toISOString().slice(0, 10);
    expect(await names(`created_from=${today}&created_to=${today}&asc=true`)).toEqual(['a', 'b', 'c']);
    expect(await names('created_from=2099-01-01')).toEqual([]);
    expect(await names('created_to=2020-01-01')).toEqual([]);
    for (const query of [
      'ids=x',
      'ids=0',
      'active=1',
      'sortby=id',
      'size=101',
      'created_from=2026-02-30',
      'q=1',
    ]) {
      expect((await refusal(await send('GET', `?${query}`), 400)).error_code).toBe('VALIDATION_FAILED');
    }
    for (const path of ['/x', '/0', '/-1', '/1.5']) {
      expect((await refusal(await send('GET', path), 400)).error_code).toBe('VALIDATION_FAILED');
    }
  });
});
