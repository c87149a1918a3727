import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { FlickrService } from './flickr-service.js';
import { photoId, SAMPLE_ROLLS } from './sample-photos.js';

const { harbour, fiveThousand, lighthouses } = SAMPLE_ROLLS;
const flickr = new FlickrService();

beforeAll(() => flickr.start());
afterEach(() => {
  flickr.gone.clear();
  flickr.faults.clear();
});
afterAll(() => flickr.stop());

type Answer = Record<string, Record<string, unknown> & { photo?: Record<string, unknown>[] }>;

async function call(method: string, params: Record<string, string> = {}): Promise<Answer> {
  const query = { method, api_key: flickr.key, format: 'json', nojsoncallback: '1', ...params };
  const response = await fetch(`${flickr.apiUrl}?${new URLSearchParams(query).toString()}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

describe('the stand-in Flickr', () => {
  it('wants a key, a known method and what the method needs', async () => {
    const getInfo = 'flickr.photos.getInfo';
    const id = photoId(harbour, 0);
    expect(await call(getInfo, { photo_id: id, api_key: 'x' })).toEqual({
      stat: 'fail',
      code: 100,
      message: 'Invalid API Key (Key has invalid format)',
    });
    expect(await call('flickr.photos.nothing')).toMatchObject({ stat: 'fail', code: 112 });
    expect(await call(getInfo)).toMatchObject({ stat: 'fail', code: 1 });
    expect(await call('flickr.photos.search')).toMatchObject({ stat: 'fail', code: 3 });
    const set = { photoset_id: harbour.album };
    expect(await call('flickr.photosets.getPhotos', set)).toMatchObject({ stat: 'fail', code: 2 });
    const stranger = { ...set, user_id: fiveThousand.owner.nsid };
    expect(await call('flickr.photosets.getPhotos', stranger)).toMatchObject({ stat: 'fail', code: 1 });
  });

  it('answers XML unless it is asked for JSON without a callback', async () => {
    const response = await fetch(
      `${flickr.apiUrl}?method=flickr.photos.licenses.getInfo&api_key=${flickr.key}`,
    );
    expect(response.headers.get('content-type')).toContain('text/xml');
  });

  it('gives in lists what was asked for in extras, and 100 photos a page, at most 500', async () => {
    const album = { photoset_id: fiveThousand.album, user_id: fiveThousand.owner.nsid };
    const { photoset } = await call('flickr.photosets.getPhotos', album);
    expect(photoset).toMatchObject({ total: 5_000, pages: 50, perpage: 100, owner: album.user_id });
    expect(photoset?.photo?.[0]).not.toHaveProperty('license');
    expect(photoset?.photo?.[0]).not.toHaveProperty('owner');
    const more = { per_page: '1000', page: '10', extras: 'license,url_o' };
    const last = (await call('flickr.photosets.getPhotos', { ...album, ...more }))['photoset'];
    expect(last?.photo).toHaveLength(500);
    expect(last?.photo?.[0]).toMatchObject({ license: '11', url_o: expect.stringContaining(flickr.url) });
  });

  it('searches no further than 4,000 photos', async () => {
    const search = { tags: lighthouses.tag, sort: 'date-posted-asc', per_page: '500' };
    const page = async (number: number): Promise<Answer[string] | undefined> =>
      (await call('flickr.photos.search', { ...search, page: String(number) }))['photos'];
    expect(await page(1)).toMatchObject({ total: '9000' });
    expect((await page(9))?.photo).toEqual((await page(8))?.photo);
  });

  it('tells no place that is not public', async () => {
    const geo = { photoset_id: harbour.album, user_id: harbour.owner.nsid, extras: 'geo' };
    const { photoset } = await call('flickr.photosets.getPhotos', geo);
    expect(photoset?.photo?.[3]).toMatchObject({ latitude: 0, longitude: 0, accuracy: 0 });
    expect(photoset?.photo?.[3]).not.toHaveProperty('geo_is_public');
  });

  it('has files for the addresses that it tells, and for no others', async () => {
    const { sizes } = await call('flickr.photos.getSizes', { photo_id: photoId(harbour, 5) });
    const all = sizes?.['size'] as { label: string; source: string }[];
    expect(all.map(({ label }) => label)).not.toContain('Original');
    const source = all.at(-1)?.source ?? '';
    const picture = Buffer.from(await (await fetch(source)).arrayBuffer());
    expect(picture.equals(flickr.picture(photoId(harbour, 5)))).toBe(true);
    expect((await fetch(source.replace(/_[0-9a-f]+/, '_0123456789'))).status).toBe(404);
  });

  it('fails now and then, loses photos, and is told so by its controls', async () => {
    const id = photoId(harbour, 1);
    const control = (settings: unknown): Promise<Response> =>
      fetch(`${flickr.url}/_control`, { method: 'POST', body: JSON.stringify(settings) });
    await control({ failNext: 1, licenses: { [id]: '2' } });
    expect(await call('flickr.photos.getInfo', { photo_id: id })).toMatchObject({ stat: 'fail', code: 201 });
    expect((await call('flickr.photos.getInfo', { photo_id: id }))['photo']).toMatchObject({ license: '2' });
    await control({ gone: [id] });
    expect(await call('flickr.photos.getInfo', { photo_id: id })).toMatchObject({ stat: 'fail', code: 1 });
  });
});
