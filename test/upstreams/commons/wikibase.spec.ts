import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { ApiAnswer } from '../signed-client.js';
import type { CommonsWiki } from './commons-wiki.js';
import { aPhoto, aWiki, type WikiUserAgent } from './testing/wiki-under-test.js';
import type { Statement } from './wikibase-values.js';

let wiki: CommonsWiki;
let user: WikiUserAgent;
const title = 'File:With data.jpg';

beforeEach(async () => {
  ({ wiki, user } = await aWiki());
  await user.publish(aPhoto(1), 'With data.jpg');
});
afterEach(() => wiki.stop());

const read = (params: Record<string, string>): Promise<ApiAnswer> =>
  user.client.get({ formatversion: '2', errorformat: 'plaintext', action: 'wbgetentities', ...params });
const write = (data: unknown, params: Record<string, string> = {}): Promise<ApiAnswer> =>
  user.client.post({
    formatversion: '2',
    errorformat: 'plaintext',
    action: 'wbeditentity',
    token: user.token,
    site: 'commonswiki',
    title,
    data: JSON.stringify(data),
    ...params,
  });

const claim = (property: string, value: unknown, type: string): unknown => ({
  type: 'statement',
  rank: 'normal',
  mainsnak: { snaktype: 'value', property, datavalue: { value, type } },
});
const errorOf = (answer: ApiAnswer): { code: string; data?: { messages: { name: string }[] } } | undefined =>
  (answer.json as { errors?: { code: string }[] }).errors?.[0];

interface Entity {
  lastrevid: number;
  statements: Record<string, Statement[]>;
}
const entityOf = (answer: ApiAnswer): Entity => (answer.json as { entity: Entity }).entity;

describe('structured data', () => {
  it('tells files without data from titles without a file', async () => {
    expect((await read({ sites: 'commonswiki', titles: `${title}|File:Nope.jpg` })).json).toEqual({
      entities: {
        M1: { id: 'M1', missing: '' },
        '-1': { site: 'commonswiki', title: 'File:Nope.jpg', missing: '' },
      },
      success: 1,
    });
    expect(errorOf(await read({ ids: 'M99' }))?.code).toBe('no-such-entity');
  });

  it('writes statements and labels, with ids and hashes of its own', async () => {
    await write({ labels: [{ language: 'en', value: 'A street' }] });
    expect((await read({ sites: 'commonswiki', titles: title })).json).toMatchObject({
      entities: { M1: { labels: { en: { value: 'A street' } }, statements: [], type: 'mediainfo' } },
    });
    const written = entityOf(await write({ claims: [claim('P1947', '123', 'string')] }));
    const [statement] = written.statements['P1947'] ?? [];
    expect(statement?.id).toMatch(/^M1\$[0-9A-F-]{36}$/);
    expect(statement?.mainsnak.hash).toMatch(/^[0-9a-f]{40}$/);
    expect(wiki.file('With data.jpg')?.revisions[0]).toMatchObject({ revid: written.lastrevid, text: 't' });
  });

  it('replaces and removes by id, and leaves the rest', async () => {
    const first = entityOf(
      await write({ claims: [claim('P1947', '1', 'string'), claim('P1947', '2', 'string')] }),
    );
    const [one, two] = first.statements['P1947'] ?? [];
    const changed = { ...(claim('P1947', '3', 'string') as object), id: one?.id };
    const second = entityOf(await write({ claims: [changed, { id: two?.id, remove: '' }] }));
    expect(second.statements['P1947']?.map(({ id, mainsnak }) => [id, mainsnak.datavalue?.value])).toEqual([
      [one?.id, '3'],
    ]);
  });

  it('refuses to overwrite what changed since baserevid, and merges the rest', async () => {
    const base = entityOf(
      await write({ claims: [claim('P1947', '1', 'string')], labels: [{ language: 'en', value: 'a' }] }),
    );
    const baserevid = String(base.lastrevid);
    await write({ labels: [{ language: 'en', value: 'b' }] });
    expect(errorOf(await write({ labels: [{ language: 'en', value: 'c' }] }, { baserevid }))?.code).toBe(
      'editconflict',
    );
    const merged = await write({ claims: [claim('P973', 'https://example.org/', 'string')] }, { baserevid });
    expect(merged.json).toMatchObject({ success: 1, warnings: [{ code: 'wikibase-conflict-patched' }] });
  });

  it.each([
    [
      'a time finer than a day',
      claim('P571', { ...time(), time: '+2024-05-17T08:30:00Z' }, 'time'),
      'modification-failed',
    ],
    ['a time without zone', claim('P571', { ...time(), timezone: undefined }, 'time'), 'invalid-claim'],
    ['a quantity without sign', claim('P2048', { amount: '100', unit: '1' }, 'quantity'), 'invalid-claim'],
    [
      'a quantity with exponent',
      claim('P7787', { amount: '+1e-05', unit: '1' }, 'quantity'),
      'invalid-claim',
    ],
    [
      'a latitude beyond the pole',
      claim('P1259', { latitude: 91, longitude: 1, precision: 0.001 }, 'globecoordinate'),
      'invalid-claim',
    ],
    ['a string for an item', claim('P275', 'Q1', 'string'), 'modification-failed'],
    ['an unknown property', claim('P99999', 'x', 'string'), 'modification-failed'],
    ['an empty string', claim('P2093', '', 'string'), 'modification-failed'],
    ['a string with blanks around it', claim('P2093', ' x', 'string'), 'modification-failed'],
  ])('refuses %s', async (_, statement, code) => {
    expect(errorOf(await write({ claims: [statement] }))?.code).toBe(code);
  });

  it('takes what is well-formed', async () => {
    const good = [
      claim('P571', time(), 'time'),
      claim('P2048', { amount: '+100', unit: 'http://www.wikidata.org/entity/Q355198' }, 'quantity'),
      claim(
        'P1259',
        { latitude: 52.5, longitude: -13.4, precision: 0.000_01, globe: 'http://www.wikidata.org/entity/Q2' },
        'globecoordinate',
      ),
      claim('P275', { 'entity-type': 'item', 'numeric-id': 18199165, id: 'Q18199165' }, 'wikibase-entityid'),
      {
        type: 'statement',
        rank: 'normal',
        mainsnak: { snaktype: 'somevalue', property: 'P170' },
        qualifiers: {
          P2093: [{ snaktype: 'value', property: 'P2093', datavalue: { value: 'x', type: 'string' } }],
        },
      },
    ];
    expect(Object.keys(entityOf(await write({ claims: good })).statements).sort()).toEqual([
      'P1259',
      'P170',
      'P2048',
      'P275',
      'P571',
    ]);
  });

  it('limits captions', async () => {
    const tooLong = await write({ labels: [{ language: 'en', value: 'x'.repeat(251) }] });
    expect(errorOf(tooLong)?.code).toBe('modification-failed');
  });

  it('hides that it throttles behind failed-save', async () => {
    wiki.setLimits('Uploader', { edit: { user: { hits: 0, seconds: 60 } } });
    const throttled = errorOf(await write({ claims: [claim('P1947', '1', 'string')] }));
    expect(throttled?.code).toBe('failed-save');
    expect(throttled?.data?.messages.map(({ name }) => name)).toContain('actionthrottledtext');
  });

  it('may not know a new file yet', async () => {
    wiki.settings.entityDelayMs = 60_000;
    expect(errorOf(await write({ claims: [] }))?.code).toBe('no-such-entity-link');
  });
});

function time(): Record<string, unknown> {
  return {
    time: '+2024-05-17T00:00:00Z',
    timezone: 0,
    before: 0,
    after: 0,
    precision: 11,
    calendarmodel: 'http://www.wikidata.org/entity/Q1985727',
  };
}
