import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientMessageOf } from '#app/protocol';
import { LiveApi } from './live/live-api.js';

type SavedPreset = ClientMessageOf<'SAVE_PRESET'>['data'];

const aPreset = (fields: Partial<SavedPreset> = {}): SavedPreset => ({
  title: 'Mine',
  title_template: '{{id}}',
  labels: { language: 'en', value: '' },
  categories: '',
  exclude_from_date_category: false,
  is_default: true,
  handler: 'mapillary',
  ...fields,
});
const save = (preset: SavedPreset): ClientMessageOf<'SAVE_PRESET'> => ({ type: 'SAVE_PRESET', data: preset });

describe('presets on the WebSocket', () => {
  let api: LiveApi;

  beforeAll(async () => {
    api = await LiveApi.start();
  });

  afterEach(() => api.closeClients());

  afterAll(() => api.stop());

  it('are answered with all presets of their source, and no others', async () => {
    const client = await api.connect();
    const { data } = await client.ask(save(aPreset()), 'PRESETS_LIST');
    expect(data).toEqual({
      handler: 'mapillary',
      presets: [
        {
          ...aPreset(),
          id: expect.any(Number),
          created_at: expect.stringMatching(/Z$/),
          updated_at: expect.stringMatching(/Z$/),
        },
      ],
    });
    const bare = aPreset({ title: 'Bare', handler: 'flickr', is_default: false });
    delete bare.labels;
    delete bare.categories;
    const flickr = await client.ask(save(bare), 'PRESETS_LIST');
    expect(flickr.data.handler).toBe('flickr');
    expect(flickr.data.presets).toHaveLength(1);
    expect(Object.keys(flickr.data.presets[0] ?? {})).not.toEqual(expect.arrayContaining(['labels']));
    expect(Object.keys(flickr.data.presets[0] ?? {})).not.toEqual(expect.arrayContaining(['categories']));

    const preset_id = data.presets[0]?.id ?? 0;
    const renamed = await client.ask(save(aPreset({ preset_id, title: '  Renamed ' })), 'PRESETS_LIST');
    expect(renamed.data.presets.map(({ id, title }) => [id, title])).toEqual([[preset_id, 'Renamed']]);
    const none = await client.ask({ type: 'DELETE_PRESET', data: { preset_id } }, 'PRESETS_LIST');
    expect(none.data).toEqual({ handler: 'mapillary', presets: [] });
    const fetched = await client.ask({ type: 'FETCH_PRESETS', data: { handler: 'flickr' } }, 'PRESETS_LIST');
    expect(fetched.data).toEqual(flickr.data);
  });

  it('of other people are as good as none', async () => {
    const client = await api.connect();
    const stranger = await api.connect('Patroller');
    const { data } = await client.ask(save(aPreset({ title: 'Private' })), 'PRESETS_LIST');
    const preset_id = data.presets.find(({ title }) => title === 'Private')?.id ?? 0;
    const refusal = `Preset ${preset_id} not found`;
    expect((await stranger.ask(save(aPreset({ preset_id })), 'ERROR')).data).toBe(refusal);
    expect((await stranger.ask({ type: 'DELETE_PRESET', data: { preset_id } }, 'ERROR')).data).toBe(refusal);
    const unknown = await client.ask({ type: 'DELETE_PRESET', data: { preset_id: 999_999_999 } }, 'ERROR');
    expect(unknown.data).toBe('Preset 999999999 not found');
    const seen = await stranger.ask(
      { type: 'FETCH_PRESETS', data: { handler: 'mapillary' } },
      'PRESETS_LIST',
    );
    expect(seen.data.presets).toEqual([]);
    const elsewhere = await client.ask(save(aPreset({ preset_id, handler: 'flickr' })), 'ERROR');
    expect(elsewhere.data).toBe(`Preset ${preset_id} is for mapillary, not for flickr.`);
    const after = await client.ask({ type: 'FETCH_PRESETS', data: { handler: 'mapillary' } }, 'PRESETS_LIST');
    expect(after.data).toEqual(data);
  });

  it('take texts up to the length that there is room for', async () => {
    const client = await api.connect('Patroller');
    const longest = aPreset({
      title: 'T'.repeat(253) + '🚲🚲',
      title_template: '🚲'.repeat(500),
      labels: { language: 'zh-hans', value: '🚲'.repeat(250) },
      categories: '🚲'.repeat(10_000),
    });
    const { data } = await client.ask(save(longest), 'PRESETS_LIST');
    expect(data.presets).toMatchObject([longest]);
  });

  const tooMuch: [string, Record<string, unknown>][] = [
    ['a long title', { title: 'T'.repeat(256) }],
    ['no title', { title: ' \n ' }],
    ['a long template', { title_template: 'T'.repeat(501) }],
    ['a long caption', { labels: { language: 'en', value: 'c'.repeat(251) } }],
    ['a language that is none', { labels: { language: 'English!', value: '' } }],
    ['a language without end', { labels: { language: `en${'-x'.repeat(20)}`, value: '' } }],
    ['a caption without language', { labels: { value: 'c' } }],
    ['several captions', { labels: [{ language: 'en', value: 'c' }] }],
    ['many categories', { categories: 'c'.repeat(10_001) }],
    ['a list of categories', { categories: ['c'] }],
    ['an id that is none', { preset_id: 0 }],
    ['an id of SQL', { preset_id: '1 OR 1=1' }],
    ['an unknown source', { handler: 'instagram' }],
    ['a default that is neither', { is_default: 'yes' }],
  ];

  it.each(tooMuch)('are refused with %s', async (_what, fields) => {
    const client = await api.connect('Admin');
    client.sendText(JSON.stringify({ type: 'SAVE_PRESET', data: { ...aPreset(), ...fields } }));
    expect((await client.next('ERROR')).data).toBe('Invalid message format');
    const { data } = await client.ask(
      { type: 'FETCH_PRESETS', data: { handler: 'mapillary' } },
      'PRESETS_LIST',
    );
    expect(data.presets).toEqual([]);
  });

  it('have one default although a person saves from several windows at once', async () => {
    api.running.wiki.createUser({ name: 'Collector', groups: ['autoconfirmed'], editCount: 500 });
    const windows = [await api.connect('Collector')];
    while (windows.length < 5) windows.push(await api.connect('Collector'));
    for (const [n, window] of windows.entries()) {
      for (let k = 0; k < 6; k += 1) window.send(save(aPreset({ title: `${n}.${k}` })));
    }
    for (const window of windows) for (let k = 0; k < 6; k += 1) await window.next('PRESETS_LIST');
    const [client] = windows;
    const list = await client?.ask({ type: 'FETCH_PRESETS', data: { handler: 'mapillary' } }, 'PRESETS_LIST');
    expect(list?.data.presets).toHaveLength(30);
    expect(list?.data.presets.filter(({ is_default }) => is_default)).toHaveLength(1);
  });
});
