import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jpeg from 'jpeg-js';

import { startUpstreams, type Upstreams } from '../start-upstreams.js';
import { idOf, SAMPLE_SEQUENCES } from './sample-images.js';

let upstreams: Upstreams;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(() => upstreams.stop());

async function get(
  path: string,
  authorization = `OAuth ${upstreams.mapillary.token}`,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`${upstreams.mapillary.url}${path}`, { headers: { authorization } });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

const { demo, sixty, fiveThousand, huge } = SAMPLE_SEQUENCES;
const originalOf = async (id: string): Promise<string> =>
  (await get(`/${id}?fields=thumb_original_url`)).json['thumb_original_url'] as string;

describe('the stand-in Mapillary', () => {
  it('lists a sequence in no order of capture', async () => {
    const { json } = await get(`/image_ids?sequence_id=${fiveThousand.id}`);
    const ids = (json['data'] as { id: string }[]).map(({ id }) => id);
    expect(new Set(ids).size).toBe(5000);
    expect(ids).not.toEqual([...ids].sort());
    expect(BigInt(ids[0] ?? 0)).toBeGreaterThan(2n ** 53n);
    expect((await get('/image_ids?sequence_id=unknown')).json).toEqual({ data: [] });
  });

  it('gives only the fields that are asked for', async () => {
    const id = idOf(demo, 3);
    expect((await get(`/${id}`)).json).toEqual({ id });
    const { json } = await get(`/${id}?fields=id,captured_at,geometry,creator,computed_geometry`);
    expect(json).toMatchObject({ id, geometry: { type: 'Point' }, creator: { username: 'street_mapper' } });
    expect(Object.keys(json).sort()).toEqual([
      'captured_at',
      'computed_geometry',
      'creator',
      'geometry',
      'id',
    ]);
  });

  it('takes at most 50 ids, and leaves out those it does not have', async () => {
    const ids = Array.from({ length: 51 }, (_, index) => idOf(sixty, index));
    expect((await get(`/?ids=${ids.join(',')}&fields=id`)).json).toMatchObject({
      error: { code: 100, type: 'MLYApiException' },
    });
    const some = await get(`/?ids=${ids.slice(0, 2).join(',')},77&fields=id`);
    expect(some.json).toEqual({ [ids[0] ?? '']: { id: ids[0] }, [ids[1] ?? '']: { id: ids[1] } });
  });

  it('answers errors as the Graph API does', async () => {
    expect(await get(`/${idOf(demo, 0)}`, 'OAuth wrong')).toMatchObject({
      status: 401,
      json: { error: { code: 190, message: 'Invalid OAuth 2.0 Access Token' } },
    });
    expect(await get('/77')).toMatchObject({
      status: 400,
      json: { error: { code: 100, error_subcode: 33 } },
    });
    upstreams.mapillary.limitRate();
    expect(await get(`/${idOf(demo, 0)}`)).toMatchObject({
      json: { error: { code: 4, is_transient: true, message: 'Application request limit reached' } },
    });
    upstreams.mapillary.refuseData();
    expect(await get(`/?ids=${idOf(demo, 0)}`)).toMatchObject({ status: 500, json: { error: { code: 1 } } });
  });
});

describe('the stand-in CDN', () => {
  it('serves photographs that can be looked at, each of its own', async () => {
    const response = await fetch(await originalOf(idOf(demo, 0)));
    const photo = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(photo.length).toBeGreaterThan(1_000_000);
    const { width, height } = (await get(`/${idOf(demo, 0)}?fields=width,height`)).json;
    expect(jpeg.decode(photo)).toMatchObject({ width, height });
    expect(photo.includes('iPhone 12')).toBe(true);
  });

  it('has 60 photographs of about 4 MB with 60 SHA-1 sums', () => {
    const hashes = Array.from({ length: sixty.count }, (_, index) => {
      const photo = upstreams.cdn.photo(idOf(sixty, index));
      expect(photo.length).toBeGreaterThan(3_500_000);
      return createHash('sha1').update(photo).digest('hex');
    });
    expect(new Set(hashes).size).toBe(60);
    const again = createHash('sha1')
      .update(upstreams.cdn.photo(idOf(sixty, 7)))
      .digest('hex');
    expect(again).toBe(hashes[7]);
  });

  it('refuses addresses that ran out or were changed', async () => {
    const expired = await fetch(upstreams.cdn.photoUrl(idOf(demo, 0), 'original', -1));
    expect(expired.status).toBe(403);
    const url = await originalOf(idOf(demo, 0));
    expect((await fetch(url.replace(/oe=\w+/, 'oe=7FFFFFFF'))).status).toBe(403);
    expect((await fetch(url)).status).toBe(200);
  });

  it('streams files of more than 300 MB', async () => {
    const response = await fetch(await originalOf(idOf(huge, 0)));
    let bytes = 0;
    for await (const piece of response.body ?? []) bytes += (piece as Uint8Array).length;
    expect(bytes).toBe(Number(response.headers.get('content-length')));
    expect(bytes).toBeGreaterThan(300 * 1024 * 1024);
  });
});
