import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApi } from './live/admin-api.js';
import type { LiveApi } from './live/live-api.js';
import { Browser } from './sign-in/browser.js';
import { waitUntil } from './support/wait-until.js';

describe('administration of people and queues', () => {
  let admin: AdminApi;
  let api: LiveApi;
  let userid: string;

  beforeAll(async () => {
    admin = await AdminApi.start();
    ({ api, userid } = admin);
  });

  afterEach(() => admin.api.closeClients());
  afterAll(() => admin.api.stop());

  it('lists and ends the sessions of a person', async () => {
    api.forget('Uploader');
    const client = await api.connect('Uploader');
    const { token } = await admin.aToken('Uploader');
    const { body } = await admin.ask('GET', `/users/${userid}/sessions`);
    expect(body.items[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      began_at: expect.stringMatching(/Z$/),
      ends_at: expect.stringMatching(/Z$/),
    });
    const ended = await admin.ask('DELETE', `/users/${userid}/sessions`);
    expect(ended.body).toEqual({ ended_count: body.total });
    await waitUntil('the socket closes', () => !client.isOpen);
    expect((await (await admin.browserOf('Uploader')).go('/auth/whoami')).status).toBe(401);
    expect(await admin.statusWith(token)).toBe(401);
    expect((await admin.ask('GET', `/users/${userid}/sessions`)).body).toEqual({ items: [], total: 0 });
    expect(await admin.audited(userid, 'user')).toMatchObject([
      {
        action: 'sessions.end',
        subject_kind: 'user',
        before: { sessions: body.total, apiTokens: 1 },
        after: { sessions: 0, apiTokens: 0 },
      },
    ]);
    expect(await admin.ask('DELETE', '/users/99999999/sessions')).toMatchObject({
      status: 404,
      body: { error_code: 'USER_NOT_FOUND' },
    });
    expect((await admin.ask('DELETE', '/users/me/sessions')).status).toBe(400);
    api.forget('Uploader');
  });

  it('tells what waits, and holds workers back', async () => {
    await admin.aBatchOf('queued', 'in_progress');
    const { body } = await admin.ask('GET', '/queues');
    expect(body).toEqual({
      queues: ['uploads', 'jobs'].map((name) => ({
        name,
        paused: false,
        waiting: expect.any(Number),
        delayed: expect.any(Number),
        active: 0,
        failed: 0,
      })),
      users: expect.arrayContaining([
        { userid, username: 'Uploader', queued: expect.any(Number), in_progress: expect.any(Number) },
      ]),
    });
    expect((await admin.ask('POST', '/queues/uploads/pause')).body).toMatchObject({
      name: 'uploads',
      paused: true,
    });
    expect((await admin.ask('GET', '/queues')).body).toMatchObject({
      queues: [{ paused: true }, { paused: false }],
    });
    expect((await admin.ask('POST', '/queues/uploads/resume')).body).toMatchObject({ paused: false });
    expect(await admin.audited('uploads', 'queue')).toMatchObject([
      { action: 'queue.resume' },
      { action: 'queue.pause' },
    ]);
    expect((await admin.ask('POST', '/queues/others/pause')).status).toBe(404);
  });

  it('shows the board of the queues to administrators only', async () => {
    const board = async (name: string): Promise<Response> =>
      (await admin.browserOf(name)).go('/admin/queues');
    expect((await new Browser(api.running.origin).go('/admin/queues')).status).toBe(401);
    expect((await board('Uploader')).status).toBe(403);
    const page = await board('Admin');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/html/)]);
    const queues = await (await admin.browserOf('Admin')).go('/admin/queues/api/queues');
    expect(queues.status).toBe(200);
    expect(await queues.text()).not.toMatch(/sealed|token/i);
  });
});
