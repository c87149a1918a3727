import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import { MAX_PRESETS, type PresetDraft } from './preset.js';
import { PresetRepository } from './preset.repository.js';

const draft = (members: Partial<PresetDraft> = {}): PresetDraft => ({
  handler: 'mapillary',
  title: 'Streets',
  titleTemplate: '{{city}} {{id}}',
  labels: { language: 'en', value: '' },
  categories: '',
  excludeFromDateCategory: false,
  isDefault: false,
  ...members,
});

describe('PresetRepository', () => {
  let opened: OpenTestDatabase;
  let presets: PresetRepository;

  beforeAll(async () => {
    opened = await openTestDatabase(20);
    presets = new PresetRepository(opened.database);
  });

  afterAll(() => opened.drop());

  const aPerson = async (): Promise<string> => (await aUser(opened.database)).userid;
  const defaultsOf = async (userid: string): Promise<number[]> =>
    (await presets.list(userid, 'mapillary')).filter(({ isDefault }) => isDefault).map(({ id }) => id);

  it('keeps a preset as it was given', async () => {
    const userid = await aPerson();
    const full = draft({
      labels: { language: 'de', value: 'Straße 🚲' },
      categories: 'A; B',
      isDefault: true,
    });
    const bare = draft({ title: 'Bare', titleTemplate: '', labels: null, categories: null });
    expect(await presets.create(userid, full)).toMatchObject({ ...full, userid });
    const { id } = await presets.create(userid, bare);
    expect(await presets.list(userid, 'mapillary')).toMatchObject([bare, full]);
    expect(await presets.replace(id, userid, full)).toMatchObject({ ...full, id });
  });

  it('has one default per person and source', async () => {
    const userid = await aPerson();
    const other = await aPerson();
    const first = await presets.create(userid, draft({ isDefault: true }));
    const flickr = await presets.create(userid, draft({ handler: 'flickr', isDefault: true }));
    const others = await presets.create(other, draft({ isDefault: true }));
    const second = await presets.create(userid, draft({ isDefault: true }));
    expect(await defaultsOf(userid)).toEqual([second.id]);
    await presets.replace(first.id, userid, draft({ isDefault: true }));
    expect(await defaultsOf(userid)).toEqual([first.id]);
    expect(await presets.list(userid, 'flickr')).toMatchObject([{ id: flickr.id, isDefault: true }]);
    expect(await defaultsOf(other)).toEqual([others.id]);
    await presets.delete(first.id, userid);
    expect(await defaultsOf(userid)).toEqual([]);
    await presets.replace(second.id, userid, draft({ isDefault: true }));
    await presets.replace(second.id, userid, draft());
    expect(await defaultsOf(userid)).toEqual([]);
  });

  it('has one default, however many are saved at the same moment', async () => {
    const userid = await aPerson();
    const kept = await Promise.all(
      Array.from({ length: 10 }, (_, n) => presets.create(userid, draft({ title: `Kept ${n}` }))),
    );
    await Promise.all([
      ...Array.from({ length: 30 }, () => presets.create(userid, draft({ isDefault: true }))),
      ...kept.map(({ id }) => presets.replace(id, userid, draft({ isDefault: true }))),
    ]);
    expect(await presets.list(userid, 'mapillary')).toHaveLength(40);
    expect(await defaultsOf(userid)).toHaveLength(1);
  });

  it('takes so many of one source and no more, also when they come at the same moment', async () => {
    const userid = await aPerson();
    const saved = await Promise.allSettled(
      Array.from({ length: MAX_PRESETS + 7 }, () => presets.create(userid, draft())),
    );
    const refusals = saved.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(refusals).toHaveLength(7);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    const [first] = await presets.list(userid, 'mapillary');
    expect(await presets.replace(first?.id ?? 0, userid, draft({ title: 'Still' }))).toMatchObject({
      title: 'Still',
    });
    await presets.create(userid, draft({ handler: 'flickr' }));
    await presets.delete(first?.id ?? 0, userid);
    await presets.create(userid, draft());
  });

  it('shows nobody the presets of another, nor lets them be changed', async () => {
    const userid = await aPerson();
    const stranger = await aPerson();
    const before = await presets.create(userid, draft({ isDefault: true }));
    const notFound = { code: 'PRESET_NOT_FOUND', message: `Preset ${before.id} not found` };
    const theirs = draft({ title: 'Mine now', isDefault: true });
    await expect(presets.replace(before.id, stranger, theirs)).rejects.toMatchObject(notFound);
    await expect(presets.delete(before.id, stranger)).rejects.toMatchObject(notFound);
    expect(await presets.list(stranger, 'mapillary')).toEqual([]);
    expect(await presets.list(userid, 'mapillary')).toEqual([before]);
  });

  it('leaves a preset with its source, and the defaults of both as they are', async () => {
    const userid = await aPerson();
    const streets = await presets.create(userid, draft({ isDefault: true }));
    const photos = await presets.create(userid, draft({ handler: 'flickr', isDefault: true }));
    await expect(
      presets.replace(streets.id, userid, draft({ handler: 'flickr', isDefault: true })),
    ).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      message: `Preset ${streets.id} is for mapillary, not for flickr.`,
    });
    expect(await presets.list(userid, 'mapillary')).toEqual([streets]);
    expect(await presets.list(userid, 'flickr')).toEqual([photos]);
  });

  it('lists them by title whatever the case, those of one title by age', async () => {
    const userid = await aPerson();
    for (const title of ['zebra', 'Bridge', 'apple', 'Bridge', 'Äpfel', 'bridge']) {
      await presets.create(userid, draft({ title }));
    }
    const listed = await presets.list(userid, 'mapillary');
    expect(listed.map(({ title }) => title)).toEqual(
      ['Äpfel', 'apple', 'Bridge', 'Bridge', 'bridge', 'zebra'].sort((a, b) =>
        a.localeCompare(b, 'en', { sensitivity: 'base' }),
      ),
    );
    const bridges = listed.filter(({ title }) => /bridge/i.test(title)).map(({ id }) => id);
    expect(bridges).toEqual([...bridges].sort((a, b) => a - b));
  });
});
