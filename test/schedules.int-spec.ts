import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_SCHEDULE_KINDS } from '#app/protocol';
import {
  Database,
  LiveUpdates,
  NotificationRepository,
  ScheduleRepository,
  UserRepository,
} from '#app/persistence';
import { LiveApi } from './live/live-api.js';
import { Browser } from './sign-in/browser.js';
import { signIn } from './support/sign-in.js';
import { waitUntil } from './support/wait-until.js';

interface Answer {
  status: number;
  location: string | null;
  body: Record<string, unknown> & { id: number };
}

const WATCH = {
  name: 'Old town',
  kind: 'watch-collection',
  params: { handler: 'mapillary', collection: ' abc ' },
  cron: '30 2 * * *',
  time_zone: 'Europe/Berlin',
};

describe('schedules and notifications', () => {
  let api: LiveApi;
  let beside: LiveApi;
  let uploader: Browser;
  let admin: Browser;
  let userid: string;

  beforeAll(async () => {
    api = await LiveApi.start();
    beside = await LiveApi.startBeside(api);
    uploader = await signIn(api.running.origin, 'Uploader');
    admin = await signIn(api.running.origin, 'Admin');
    userid = (await api.running.app.get(UserRepository).findByName('Uploader'))?.userid ?? '';
  });

  afterEach(async () => {
    await beside.closeClients();
    await api.closeClients();
  });

  afterAll(async () => {
    await beside.stop();
    await api.stop();
  });

  const send = async (browser: Browser, method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await browser.go(path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
    };
  };
  const create = (members: object = {}, browser = uploader): Promise<Answer> =>
    send(browser, 'POST', '/api/schedules', { ...WATCH, ...members });

  it('are created, shown, replaced and deleted', async () => {
    const created = await create();
    expect(created).toMatchObject({
      status: 201,
      location: `/api/schedules/${created.body.id}`,
      body: {
        ...WATCH,
        params: { handler: 'mapillary', collection: 'abc' },
        enabled: true,
        failures: 0,
        next_slot_at: expect.stringMatching(/T0[01]:30:00\.000Z$/),
      },
    });
    const path = `/api/schedules/${created.body.id}`;
    expect(await send(uploader, 'GET', path)).toMatchObject({ status: 200, body: created.body });
    expect((await send(uploader, 'GET', '/api/schedules?size=1')).body).toMatchObject({
      total: 1,
      page: 0,
      size: 1,
      items: [created.body],
    });
    const replacement = {
      name: 'Streets',
      kind: 'import-category',
      params: { category: 'category:streets in Berlin', depth: 2 },
      every_minutes: 60,
      active_until: '2999-12-31',
      hours_from: 22,
      hours_until: 6,
    };
    const replaced = await send(uploader, 'PUT', path, replacement);
    expect(replaced).toMatchObject({
      status: 200,
      body: { ...replacement, params: { category: 'Streets in Berlin', depth: 2 }, time_zone: 'UTC' },
    });
    expect(replaced.body).not.toHaveProperty('cron');
    expect((await send(uploader, 'PUT', path, { ...replacement, enabled: false })).body).not.toHaveProperty(
      'next_slot_at',
    );
    expect((await send(uploader, 'DELETE', path)).status).toBe(204);
    expect(await send(uploader, 'GET', path)).toMatchObject({
      status: 404,
      body: { error_code: 'SCHEDULE_NOT_FOUND' },
    });
  });

  it.each<[string, object, string]>([
    ['no time', { cron: undefined }, 'cron'],
    ['two times', { every_minutes: 60 }, 'cron'],
    ['a wrong expression', { cron: '61 * * * *' }, 'cron'],
    ['an expression of another dialect', { cron: '@daily' }, 'cron'],
    ['a time that never comes', { hours_from: 5, hours_until: 6 }, 'cron'],
    ['a past end', { active_until: '2020-01-01' }, 'cron'],
    ['an end before the start', { active_from: '2030-01-02', active_until: '2030-01-01' }, 'active_until'],
    ['a day that does not exist', { active_from: '2030-02-30' }, 'active_from'],
    ['an unknown zone', { time_zone: 'Europe/Atlantis' }, 'time_zone'],
    ['half of the hours', { hours_from: 5 }, 'hours_until'],
    ['a short interval', { cron: undefined, every_minutes: 4 }, 'every_minutes'],
    ['an unknown kind', { kind: 'sleep' }, 'kind'],
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['an unknown parameter', { params: { ...WATCH.params, colour: 'red' } }, 'params.colour'],
    ["another kind's parameter", { params: { ...WATCH.params, depth: 1 } }, 'params.depth'],
    ['no parameters', { params: undefined }, 'params'],
    ['no collection', { params: { handler: 'flickr', collection: ' ' } }, 'params.collection'],
    [
      'a source that cannot be watched',
      { params: { ...WATCH.params, handler: 'manifest' } },
      'params.handler',
    ],
    ['no such category', { kind: 'import-category', params: { category: 'a[b' } }, 'params.category'],
    ['no such preset', { params: { ...WATCH.params, preset_id: 999_999 } }, 'params.preset_id'],
    ['a blank name', { name: ' ' }, 'name'],
  ])('refuse %s', async (_, members, field) => {
    const answer = await create(members);
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'VALIDATION_FAILED' } });
    expect(Object.keys(answer.body['details'] as object)).toContain(field);
  });

  it('refuse a preset whose titles could not be made', async () => {
    const client = await api.connect();
    const save = async (title_template: string): Promise<number> => {
      const { data } = await client.ask(
        {
          type: 'SAVE_PRESET',
          data: {
            title: `Preset ${title_template}`,
            title_template,
            exclude_from_date_category: false,
            is_default: false,
            handler: 'mapillary',
          },
        },
        'PRESETS_LIST',
      );
      return data.presets.find((preset) => preset.title_template === title_template)?.id ?? 0;
    };
    const bad = await save('{{colour}} {{mapillary.photo.id}}.jpg');
    const good = await save('{{captured.date}} {{mapillary.photo.id}}.jpg');
    const withPreset = (preset_id: number, handler = 'mapillary') =>
      create({ params: { collection: 'abc', handler, preset_id } });
    expect((await withPreset(bad)).body['details']).toEqual({
      'params.preset_id': ['The title template has a field that is not known: {{colour}}'],
    });
    expect((await withPreset(good, 'flickr')).status).toBe(400);
    expect(await withPreset(good)).toMatchObject({ status: 201, body: { params: { preset_id: good } } });
  });

  it.each(ADMIN_SCHEDULE_KINDS)('let only administrators have %s done', async (kind) => {
    const wanted = { kind, params: {} };
    expect(await create(wanted)).toMatchObject({ status: 403, body: { error_code: 'FORBIDDEN' } });
    const created = await create(wanted, admin);
    expect(created.status).toBe(201);
    const run = await send(admin, 'POST', `/api/schedules/${created.body.id}/run`);
    expect(run.status).toBe(202);
  });

  it('are run by hand, and tell of their runs', async () => {
    const { id } = (await create({ enabled: false })).body;
    const accepted = await send(uploader, 'POST', `/api/schedules/${id}/run`);
    expect(accepted).toMatchObject({
      status: 202,
      location: `/api/schedules/${id}/runs/${String(accepted.body['job_id'])}`,
    });
    const run = await send(uploader, 'GET', accepted.location ?? '');
    expect(run).toMatchObject({ status: 200, body: { manual: true, status: 'queued' } });
    expect((await send(uploader, 'GET', `/api/schedules/${id}/runs`)).body).toMatchObject({
      items: [run.body],
      total: 1,
    });
    expect((await send(uploader, 'GET', `/api/schedules/${id}/runs/999999`)).body['error_code']).toBe(
      'RUN_NOT_FOUND',
    );
  });

  it('are nobody else’s', async () => {
    const { id } = (await create()).body;
    await send(uploader, 'POST', `/api/schedules/${id}/run`);
    const [run] = (
      await api.running.app
        .get(ScheduleRepository)
        .listRuns({ scheduleId: id, sortby: 'slot_at', page: 0, size: 1, asc: true })
    ).items;
    const asked: [string, string, object?][] = [
      ['GET', ''],
      ['PUT', '', WATCH],
      ['DELETE', ''],
      ['POST', '/run'],
      ['GET', '/runs'],
      ['GET', `/runs/${run?.id ?? 0}`],
    ];
    for (const [method, path, body] of asked) {
      expect(await send(admin, method, `/api/schedules/${id}${path}`, body)).toMatchObject({
        status: 404,
        body: { error_code: 'SCHEDULE_NOT_FOUND' },
      });
    }
    expect((await send(new Browser(api.running.origin), 'GET', '/api/schedules')).status).toBe(401);
  });

  describe('notifications', () => {
    const add = async (message: string) => {
      const store = api.running.app.get(NotificationRepository);
      const added = await store.add({ userid, kind: 'new-images', message, link: null });
      await api.running.app.get(LiveUpdates).publishNotifications([added]);
      return added.id;
    };

    it('are told as they happen, on every process, to their person alone, once', async () => {
      const early = await add('Early');
      const clients = [await api.connect(), await beside.connect()];
      const stranger = await api.connect('Admin');
      for (const client of [...clients, stranger]) client.send({ type: 'SUBSCRIBE_NOTIFICATIONS' });
      const listTold = (client: (typeof clients)[number]) =>
        client.frames.flatMap((frame) => (frame.type === 'NOTIFICATION' ? [frame.data.id] : []));
      for (const client of clients) await waitUntil('the early one', () => listTold(client).includes(early));
      const ids = await Promise.all(['One', 'Two', 'Three'].map(add));
      for (const client of clients) {
        await waitUntil('the late ones', () => ids.every((id) => listTold(client).includes(id)));
      }
      clients[0]?.send({ type: 'SUBSCRIBE_NOTIFICATIONS' });
      const last = await add('Last');
      for (const client of clients) {
        await waitUntil('the last one', () => listTold(client).includes(last));
        expect(listTold(client)).toHaveLength(new Set(listTold(client)).size);
      }
      expect(listTold(stranger)).toEqual([]);
    });

    it('are listed, and read one by one or all at once', async () => {
      await api.running.app.get(Database).change('DELETE FROM notifications');
      const [first = 0, second = 0] = [await add('First'), await add('Second')];
      const list = async (query = '') => (await send(uploader, 'GET', `/api/notifications${query}`)).body;
      expect(await list()).toMatchObject({ items: [{ id: second }, { id: first }], total: 2 });
      expect(await send(admin, 'POST', `/api/notifications/${first}/read`)).toMatchObject({
        status: 404,
        body: { error_code: 'NOTIFICATION_NOT_FOUND' },
      });
      const read = await send(uploader, 'POST', `/api/notifications/${first}/read`);
      expect(read).toMatchObject({
        status: 200,
        body: { id: first, kind: 'new-images', message: 'First', read_at: expect.stringMatching(/Z$/) },
      });
      expect(await list('?unread=true')).toMatchObject({ items: [{ id: second }], total: 1 });
      expect((await send(uploader, 'POST', '/api/notifications/read')).body).toEqual({ read_count: 1 });
      expect(await list('?unread=true')).toMatchObject({ items: [], total: 0 });
      expect((await list()).total).toBe(2);
    });
  });
});
