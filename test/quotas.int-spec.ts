import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '#app/persistence';
import { aBatch, aSlice, LiveApi } from './live/live-api.js';
import type { Browser } from './sign-in/browser.js';
import { signIn } from './support/sign-in.js';

interface QuotaBody {
  id: number;
  name: string;
  error_code?: string;
  details?: unknown;
}

const A_QUOTA = {
  name: 'Newcomers',
  type: 'max_uploads',
  value: 5,
  expire: { period: 'day' },
  is_default: true,
};

describe('quotas over REST', () => {
  let api: LiveApi;
  let admin: Browser;
  let uploader: Browser;
  let userid: string;

  beforeAll(async () => {
    api = await LiveApi.start();
    admin = await signIn(api.running.origin, 'Admin');
    uploader = await signIn(api.running.origin, 'Uploader');
    ({ userid } = (await (await uploader.go('/auth/whoami')).json()) as { userid: string });
  });

  afterEach(async () => {
    const database = api.running.app.get(Database);
    for (const table of ['user_quotas', 'quotas']) await database.change(`DELETE FROM ${table}`);
    await api.closeClients();
  });

  afterAll(() => api.stop());

  const send = (browser: Browser, method: string, path: string, body?: unknown): Promise<Response> =>
    browser.go(path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });

  const asAdmin = async (method: string, path: string, body?: unknown): Promise<[number, QuotaBody]> => {
    const answer = await send(admin, method, `/api/admin${path}`, body);
    return [answer.status, (answer.status === 204 ? {} : await answer.json()) as QuotaBody];
  };

  const create = async (members: object = {}): Promise<QuotaBody> => {
    const [status, quota] = await asAdmin('POST', '/quotas', { ...A_QUOTA, ...members });
    expect(status).toBe(201);
    return quota;
  };

  const mine = async (browser = uploader): Promise<unknown> =>
    (await send(browser, 'GET', '/api/quotas/mine')).json();

  it('are made, read, replaced and removed', async () => {
    const quota = await create({ expire: { period: 'until', until: '2030-01-01T00:00:00+01:00' } });
    expect(quota).toMatchObject({
      ...A_QUOTA,
      description: '',
      enable: true,
      expire: { period: 'until', until: '2029-12-31T23:00:00.000Z' },
    });
    const path = `/quotas/${quota.id}`;
    expect(await asAdmin('GET', path)).toEqual([200, quota]);
    const [status, changed] = await asAdmin('PUT', path, {
      ...A_QUOTA,
      value: 7,
      expire: { period: 'hours', hours: 3 },
    });
    expect([status, changed]).toMatchObject([200, { value: 7, expire: { period: 'hours', hours: 3 } }]);
    expect(await asAdmin('GET', '/quotas?size=5')).toEqual([
      200,
      { items: [changed], total: 1, page: 0, size: 5 },
    ]);
    expect(await asAdmin('DELETE', path)).toMatchObject([409, { error_code: 'QUOTA_CONFLICT' }]);
    expect(await asAdmin('DELETE', `${path}?force=true`)).toEqual([204, {}]);
    const [, audit] = await asAdmin('GET', `/audit?subject_kind=quota&subject_id=${quota.id}`);
    expect(audit).toMatchObject({
      items: ['quota.delete', 'quota.replace', 'quota.create'].map((action) => ({
        action,
        username: 'Admin',
      })),
      total: 3,
    });
    expect(await asAdmin('GET', path)).toMatchObject([404, { error_code: 'QUOTA_NOT_FOUND' }]);
  });

  it.each([
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ type: 'max_files' }, 'type'],
    [{ value: -1 }, 'value'],
    [{ value: 1.5 }, 'value'],
    [{ value: '5' }, 'value'],
    [{ expire: 'day' }, 'expire'],
    [{ expire: null }, 'expire'],
    [{ expire: { period: 'year' } }, 'expire.period'],
    [{ expire: { period: 'hours' } }, 'expire.hours'],
    [{ expire: { period: 'hours', hours: 0 } }, 'expire.hours'],
    [{ expire: { period: 'until' } }, 'expire.until'],
    [{ expire: { period: 'until', until: '2030-01-01' } }, 'expire.until'],
    [{ expire: { period: 'until', until: '2030-02-30T00:00:00Z' } }, 'expire.until'],
    [{ enable: 'yes' }, 'enable'],
    [{ owner: 'me' }, 'owner'],
  ])('are refused with %j', async (members, field) => {
    const [status, error] = await asAdmin('POST', '/quotas', { ...A_QUOTA, ...members });
    expect([status, error.error_code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(Object.keys(error.details ?? {})).toEqual([field]);
    expect(await asAdmin('GET', '/quotas')).toMatchObject([200, { total: 0 }]);
  });

  it('are given to people, one of a type', async () => {
    const [own, other] = [
      await create({ is_default: false }),
      await create({ name: 'b', is_default: false }),
    ];
    const path = `/users/${userid}/quotas`;
    expect(await asAdmin('POST', path, { quota_id: own.id })).toMatchObject([201, { name: own.name }]);
    expect(await asAdmin('POST', path, { quota_id: other.id })).toMatchObject([
      409,
      { error_code: 'QUOTA_CONFLICT' },
    ]);
    expect(await asAdmin('GET', path)).toMatchObject([200, { items: [{ id: own.id }], total: 1 }]);
    expect(await asAdmin('GET', '/users/999999999/quotas')).toMatchObject([
      404,
      { error_code: 'USER_NOT_FOUND' },
    ]);
    expect(await asAdmin('DELETE', `/quotas/${own.id}`)).toMatchObject([
      409,
      { details: { count: 1, users: [{ userid, username: 'Uploader' }] } },
    ]);
    expect(await asAdmin('DELETE', `${path}/${own.id}`)).toEqual([204, {}]);
    expect(await asAdmin('DELETE', `${path}/${own.id}`)).toMatchObject([
      404,
      { error_code: 'QUOTA_NOT_FOUND' },
    ]);
    await asAdmin('POST', path, { quota_id: other.id });
    expect(await asAdmin('DELETE', `/quotas/${other.id}?force=true`)).toEqual([204, {}]);
    expect(await asAdmin('GET', path)).toMatchObject([200, { total: 0 }]);
  });

  it("are the administrators' alone", async () => {
    const { id } = await create();
    const calls: [string, string, unknown?][] = [
      ['GET', '/quotas'],
      ['POST', '/quotas', { ...A_QUOTA, name: 'Mine' }],
      ['GET', `/quotas/${id}`],
      ['PUT', `/quotas/${id}`, { ...A_QUOTA, value: 1_000 }],
      ['DELETE', `/quotas/${id}`],
      ['GET', `/users/${userid}/quotas`],
      ['POST', `/users/${userid}/quotas`, { quota_id: id }],
      ['DELETE', `/users/${userid}/quotas/${id}`],
    ];
    for (const [method, path, body] of calls) {
      expect((await send(uploader, method, `/api/admin${path}`, body)).status).toBe(403);
    }
    expect(await asAdmin('GET', '/quotas')).toMatchObject([200, { total: 1, items: [{ value: 5 }] }]);
  });

  it('hold for slices and retries, and not for administrators', async () => {
    await create();
    const client = await api.connect();
    const batchid = await aBatch(client, 'a', 'b', 'c');
    const before = expect.objectContaining({ used: 3, left: 2, type: 'max_uploads' });
    expect(await mine()).toEqual({ exempt: false, items: [before] });
    const { data } = await client.ask(aSlice(batchid, 1, ['d', 'e', 'f']), 'ERROR');
    expect(data).toContain('Your quota “Newcomers” of 5 uploads has 2 left, and this takes 3. It resets at ');
    await client.ask(aSlice(batchid, 1, ['d', 'e']), 'UPLOAD_SLICE_ACK');
    await api.running.app.get(Database).change("UPDATE upload_requests SET status = 'failed', version = 2");
    const retried = await client.ask({ type: 'RETRY_UPLOADS', data: batchid }, 'ERROR');
    expect(retried.data).toContain('has 0 left, and this takes 5');
    const { data: list } = await client.ask(
      { type: 'FETCH_BATCHES', data: { page: 1, limit: 100, userid } },
      'BATCHES_LIST',
    );
    expect(list.items.map(({ id }) => id)).toEqual([batchid]);
    const administrator = await api.connect('Admin');
    const free = await aBatch(administrator);
    const many = Array.from({ length: 8 }, (_, n) => `x${n}`);
    await administrator.ask(aSlice(free, 0, many), 'UPLOAD_SLICE_ACK');
    expect(await mine(admin)).toEqual({ exempt: true, items: [] });
    await create({ name: 'No batches', type: 'max_batches', value: 0 });
    const failed = await api.running.app
      .get(Database)
      .rows<{ id: number }>("SELECT id FROM upload_requests WHERE status = 'failed' LIMIT 1");
    const retry = await asAdmin('POST', '/retry', { upload_ids: failed.map(({ id }) => id) });
    expect(retry).toMatchObject([200, { retried_count: 1 }]);
  });

  it('do not hold for administrators by a token without that scope either', async () => {
    await create({ value: 0 });
    const made = await send(admin, 'POST', '/api/tokens', { name: 'A script', scopes: ['read'] });
    const { token } = (await made.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    const asked = await fetch(`${api.running.origin}/api/quotas/mine`, { headers });
    expect(await asked.json()).toEqual({ exempt: true, items: [] });
  });
});
