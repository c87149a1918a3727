import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, JobRepository, WantedCategoryRepository } from '#app/persistence';
import type { ClientMessage } from '#app/protocol';
import { LiveApi } from './live/live-api.js';
import type { LiveClient } from './support/live-client.js';
import { waitUntil } from './support/wait-until.js';
import { titleOf } from './upstreams/commons/titles.js';
import { WikidataWiki } from './upstreams/wikidata/wikidata-wiki.js';

const create = (title: string, qid?: string): ClientMessage => ({
  type: 'CREATE_CATEGORY',
  data: { title, text: '[[Category:Towns]]', ...(qid !== undefined && { wikidata_qid: qid }) },
});

describe('categories on the WebSocket', () => {
  let around: LiveApi;
  let api: LiveApi;
  let wikidata: WikidataWiki;

  beforeAll(async () => {
    around = await LiveApi.start();
    wikidata = new WikidataWiki(around.running.wiki.oauth);
    await wikidata.start();
    api = await LiveApi.startBeside(around, { WIKIDATA_API_URL: wikidata.apiUrl });
  });

  afterEach(async () => {
    wikidata.faults.clear();
    api.running.wiki.faults.clear();
    await api.closeClients();
  });

  afterAll(async () => {
    await api.stop();
    await wikidata.stop();
    await around.stop();
  });

  const content = () => api.running.wiki.wiki.content;
  const save = (name: string): void => {
    content().save(titleOf(14, name), { user: 'Admin', comment: '', text: 'x' });
  };
  const remove = (name: string): void => {
    const page = content().find(`Category:${name}`);
    if (page !== null) content().delete(page);
  };

  describe('that were deleted', () => {
    const check = (client: LiveClient, titles: string[]): void =>
      client.send({ type: 'CHECK_CATEGORIES_DELETED', data: { titles } });
    const asked = (from: number): string[] =>
      api.running.wiki.log
        .slice(from)
        .filter(({ action, step }) => action === 'query' && step !== 'tokens')
        .map(({ step }) => step);

    it('are told as they were asked for', async () => {
      for (const name of ['Gone town', 'Gone again', 'Here']) save(name);
      for (const name of ['Gone town', 'Gone again']) remove(name);
      remove('Here');
      save('Here');
      const client = await api.connect('Patroller');
      const from = api.running.wiki.log.length;
      check(client, ['Gone_town', 'Category:gone again', 'Here', 'Never there', 'A|b', '', 'Gone_town']);
      const { data } = await client.next('CATEGORIES_DELETED_RESPONSE');
      expect(data).toEqual({ deleted: ['Gone_town', 'Category:gone again', 'Gone_town'] });
      expect(asked(from)).toEqual(['info', 'logevents', 'logevents', 'logevents']);
      expect(api.running.wiki.log.at(-1)?.user).toBe('Patroller');
    });

    it('are looked for when it is the turn of the person, whatever else they ask for', async () => {
      const one = await LiveApi.startBeside(around, { WS_USER_COSTLY_MESSAGES: '1' });
      try {
        const { log } = api.running.wiki;
        const client = await one.connect('Patroller');
        const from = log.length;
        api.running.wiki.latencyMs = 100;
        for (let page = 1; page <= 4; page += 1) check(client, [`Crowded town ${page}`]);
        await waitUntil('every question', () => asked(from).length === 8);
        expect(Math.max(...log.slice(from).map(({ concurrent }) => concurrent))).toBe(1);
        await one.closeClients();
      } finally {
        api.running.wiki.latencyMs = 0;
        await one.stop();
      }
    });

    it('are not answered when there are none, and asked for by fifties', async () => {
      const names = Array.from({ length: 120 }, (_, n) => `Ünïcöde town ${n}`);
      for (const name of names) save(name);
      save('Gone at last');
      remove('Gone at last');
      const client = await api.connect();
      const from = api.running.wiki.log.length;
      check(client, names);
      check(client, ['Gone at last']);
      const { data } = await client.next('CATEGORIES_DELETED_RESPONSE');
      expect(data.deleted).toEqual(['Gone at last']);
      check(client, []);
      await client.ask({ type: 'FETCH_PRESETS', data: { handler: 'mapillary' } }, 'PRESETS_LIST');
      expect(client.framesOf('CATEGORIES_DELETED_RESPONSE')).toHaveLength(1);
      expect(asked(from).filter((step) => step === 'info').length).toBeLessThanOrEqual(4);
    });

    it('are not known when Commons cannot tell', async () => {
      const client = await api.connect();
      const error = { code: 'readonly', info: 'The wiki is read-only.' };
      api.running.wiki.faults.add({ match: { step: 'info' }, times: 0, error });
      check(client, ['Gone town']);
      expect((await client.next('ERROR')).data).toMatch(/^readonly: /);
    });
  });

  describe('that are created', () => {
    const errorOf = async (client: LiveClient, message: ClientMessage): Promise<string> =>
      (await client.ask(message, 'ERROR')).data;
    const textOf = (title: string): string | undefined => content().find(title)?.revisions[0]?.text;

    it('are the person’s, and wanted no more', async () => {
      const client = await api.connect();
      const { data } = await client.ask(create('old_town'), 'CATEGORY_CREATED_RESPONSE');
      expect(data).toEqual({ title: 'Category:Old_town' });
      const page = content().find('Category:Old town');
      expect(page?.revisions.map(({ user, text }) => [user, text])).toEqual([
        ['Uploader', '[[Category:Towns]]'],
      ]);
      const wanted = api.running.app.get(WantedCategoryRepository);
      expect(await wanted.listForgotten(['Old_town', 'Other'])).toEqual(new Set(['Old_town']));
    });

    it('stay as they are when they exist', async () => {
      save('There before');
      const client = await api.connect();
      const { data } = await client.ask(create('Category:There before'), 'CATEGORY_CREATED_RESPONSE');
      expect(data).toEqual({ title: 'Category:There_before' });
      expect(textOf('Category:There before')).toBe('x');
      const wanted = api.running.app.get(WantedCategoryRepository);
      expect(await wanted.listForgotten(['There_before'])).toEqual(new Set(['There_before']));
    });

    it('are created once when the answer of the wiki is lost', async () => {
      api.running.wiki.faults.add({ match: { action: 'edit' }, close: 'after' });
      const client = await api.connect();
      await client.ask(create('Twice asked'), 'CATEGORY_CREATED_RESPONSE');
      expect(content().find('Category:Twice asked')?.revisions).toHaveLength(1);
    });

    it('are refused for what they are', async () => {
      const client = await api.connect();
      expect(await errorOf(client, create('A[b]'))).toBe('“A[b]” cannot be the title of a category.');
      expect(await errorOf(client, create('A BLACKLISTED town'))).toMatch(/^titleblacklist-forbidden: /);
      const wanted = api.running.app.get(WantedCategoryRepository);
      expect(await wanted.listForgotten(['A_BLACKLISTED_town'])).toEqual(new Set());
    });

    it('are linked with an item, which keeps what it says', async () => {
      const qid = wikidata.addItem('New town');
      const client = await api.connect();
      const from = wikidata.log.length;
      for (let times = 0; times < 2; times += 1) {
        await client.ask(create('New town', qid), 'CATEGORY_CREATED_RESPONSE');
        await client.ask({ type: 'FETCH_PRESETS', data: { handler: 'mapillary' } }, 'PRESETS_LIST');
      }
      const item = wikidata.items.get(qid);
      expect(item?.sitelinks['commonswiki']?.title).toBe('Category:New town');
      expect(item?.claims['P373']).toMatchObject([{ mainsnak: { datavalue: { value: 'New town' } } }]);
      expect(item?.labels['en']?.value).toBe('New town');
      const edits = wikidata.log.slice(from).filter(({ action }) => action === 'wbeditentity');
      expect(edits.map(({ user, params }) => [user, params['baserevid'] !== undefined])).toEqual([
        ['Uploader', true],
      ]);
    });

    it('are linked after others have edited the item', async () => {
      const qid = wikidata.addItem('Busy town');
      const error = { code: 'editconflict', info: 'Edit conflict.' };
      wikidata.faults.add({ match: { action: 'wbeditentity' }, error });
      const client = await api.connect();
      await client.ask(create('Busy town', qid), 'CATEGORY_CREATED_RESPONSE');
      await client.ask({ type: 'FETCH_PRESETS', data: { handler: 'mapillary' } }, 'PRESETS_LIST');
      expect(wikidata.items.get(qid)?.sitelinks['commonswiki']?.title).toBe('Category:Busy town');
    });

    it('are there also when the item cannot be linked, which is told', async () => {
      const client = await api.connect();
      const linked = wikidata.addItem('Taken', 'Category:Taken town');
      const other = wikidata.addItem('Other');
      const cases = [
        ['Taken town', other, `could not be linked with it: another item is linked with it already`],
        ['Lost town', 'Q999999', 'no-such-entity'],
      ] as const;
      for (const [title, qid, reason] of cases) {
        client.send(create(title, qid));
        await client.next('CATEGORY_CREATED_RESPONSE');
        const { data } = await client.next('ERROR');
        expect(data).toContain(`Category:${title} is there, but ${qid}`);
        expect(data).toContain(reason);
        expect(textOf(`Category:${title}`)).toBe('[[Category:Towns]]');
      }
      expect(wikidata.items.get(other)?.claims).toEqual({});
      expect(wikidata.items.get(linked)?.sitelinks['commonswiki']?.title).toBe('Category:Taken town');
    });
  });

  it('move their files only where that can be meant', async () => {
    const client = await api.connect();
    const texts = {
      'Category:Old': '',
      'File:Old.jpg': '[[Category:Old]]',
      'Category:New': '',
      'Category:Empty': 'Nothing here',
      'Category:Leads away': '{{Category redirect|New}}',
      'File:In it.jpg': '[[Category:Leads away]]',
      'Category:Leads on': '#REDIRECT [[Category:New]]',
    };
    for (const [title, text] of Object.entries(texts)) api.running.wiki.addPage(title, text);
    const ask = async (source: string, target: string): Promise<string> => {
      const message: ClientMessage = { type: 'RECATEGORIZE_FILES', data: { source, target } };
      return (await client.ask(message, 'ERROR')).data;
    };
    expect(await ask('Old', 'category:old_')).toBe('The files of Category:Old are there already.');
    expect(await ask('Old', 'A|B')).toBe('“A|B” cannot be the title of a category.');
    expect(await ask('Nowhere', 'New')).toBe('There is no Category:Nowhere.');
    expect(await ask('Empty', 'New')).toBe('There are no files in Category:Empty.');
    expect(await ask('Old', 'Unknown')).toBe('There is no Category:Unknown. Create it first.');
    for (const redirect of ['Leads away', 'Leads on'])
      expect(await ask('Old', redirect)).toBe(
        `Category:${redirect} is a redirect. Move the files to Category:New instead.`,
      );
    expect(await ask('Leads away', 'Old')).toBe(
      'Category:Leads away is a redirect to Category:New. Its files can only be moved there.',
    );

    const data = { source: 'Leads_away', target: 'New' };
    expect((await client.ask({ type: 'SUBSCRIBE_RECATEGORIZE', data }, 'ERROR')).data).toBe(
      'You are not moving files from Category:Leads away to Category:New.',
    );
    client.send({ type: 'RECATEGORIZE_FILES', data });
    const state = await client.ask({ type: 'SUBSCRIBE_RECATEGORIZE', data }, 'RECATEGORIZE_PROGRESS');
    expect(state.data).toEqual({ source: 'Leads_away', done: 0, total: 0, untouched: [] });
  });

  it('tells of a move of chosen files by its id, to its person only', async () => {
    const [client, other] = [await api.connect('Uploader'), await api.connect('Admin')];
    const [person] = await api.running.app
      .get(Database)
      .rows<{ userid: string }>("SELECT userid FROM users WHERE username = 'Uploader'");
    const { job } = await api.running.app.get(JobRepository).createOrJoin({
      kind: 'recategorize',
      userid: person?.userid ?? '',
      subject: 'a selection',
      params: { source: 'Category:Old', target: 'Category:New', editGroupId: '0123456789ab' },
    });
    const data = { source: 'Old', target: 'New', job_id: job.id };
    const state = await client.ask({ type: 'SUBSCRIBE_RECATEGORIZE', data }, 'RECATEGORIZE_PROGRESS');
    expect(state.data).toEqual({ source: 'Old', done: 0, total: 0, untouched: [] });
    for (const [who, asked] of [
      [other, data],
      [client, { ...data, job_id: job.id + 1 }],
      [client, { ...data, target: 'Another' }],
    ] as const) {
      const answer = await who.ask({ type: 'SUBSCRIBE_RECATEGORIZE', data: asked }, 'ERROR');
      expect(answer.data).toMatch(/^You are not moving files/);
    }
  });
});
