import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cache } from '#app/protocol';
import { Agent } from 'undici';
import { CreatorItems } from './creator-items.js';
import { CommonsWiki } from '../../../../test/upstreams/commons/commons-wiki.js';
import { WikidataWiki } from '../../../../test/upstreams/wikidata/wikidata-wiki.js';

const ADA = '71000001@N03';
const TWO_ITEMS = '71000009@N01';

const inMemory = (): Cache => {
  const kept = new Map<string, string>();
  return {
    find: async (key) => kept.get(key) ?? null,
    keep: async (key, value) => void kept.set(key, value),
  };
};

describe('items of people on Flickr', () => {
  const wikidata = new WikidataWiki(new CommonsWiki().oauth);
  const dispatcher = new Agent();
  const problems: string[] = [];
  let items: CreatorItems;
  let ada: string;

  const itemsWith = (wikidataApiUrl?: string, cache = inMemory()): CreatorItems =>
    new CreatorItems({
      dispatcher,
      userAgent: 'Curator/tests',
      cache,
      onProblem: ({ message }) => problems.push(message),
      ...(wikidataApiUrl !== undefined && { wikidataApiUrl }),
    });

  beforeAll(async () => {
    await wikidata.start();
    ada = wikidata.addItem('Ada Lindqvist');
    wikidata.addClaim(ada, 'P3267', ADA);
    for (const label of ['One', 'Another']) wikidata.addClaim(wikidata.addItem(label), 'P3267', TWO_ITEMS);
  });

  beforeEach(() => {
    problems.length = 0;
    items = itemsWith(wikidata.apiUrl);
  });

  afterEach(() => wikidata.faults.clear());

  afterAll(async () => {
    await dispatcher.destroy();
    await wikidata.stop();
  });

  it('are found by their id there, and asked for once by all processes', async () => {
    const cache = inMemory();
    const before = wikidata.log.length;
    for (let process = 0; process < 3; process += 1) {
      expect(await itemsWith(wikidata.apiUrl, cache).find(ADA)).toBe(ada);
      expect(await itemsWith(wikidata.apiUrl, cache).find('71000002@N05')).toBeNull();
    }
    expect(wikidata.log.length - before).toBe(2);
  });

  it('are none where several claim the id, where it is no id, and where nobody is asked', async () => {
    expect(await items.find(TWO_ITEMS)).toBeNull();
    const before = wikidata.log.length;
    expect(await items.find('71000001@N03|P31=Q5')).toBeNull();
    expect(await itemsWith().find(ADA)).toBeNull();
    expect(wikidata.log.length).toBe(before);
  });

  it.each([
    ['is busy', { status: 503 }],
    ['has a page for an answer', { status: 200, body: '<!doctype html>' }],
    [
      'knows no such search',
      { status: 200, body: '{"error":{"code":"badvalue","info":"Unrecognized value"}}' },
    ],
  ])('are none while Wikidata %s, which is told once and not remembered', async (_what, answer) => {
    wikidata.faults.add({ times: 0, answer });
    const before = wikidata.log.length;
    const cache = inMemory();
    const process = itemsWith(wikidata.apiUrl, cache);
    expect(await process.find(ADA)).toBeNull();
    expect(await process.find(ADA)).toBeNull();
    expect(problems).toHaveLength(1);
    expect(wikidata.log.length - before).toBe(1);
    wikidata.faults.clear();
    expect(await itemsWith(wikidata.apiUrl, cache).find(ADA)).toBe(ada);
  });
});
