import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { aPhoto, WikiUserAgent } from '../commons/testing/wiki-under-test.js';
import { fileTitle } from '../commons/titles.js';
import { startUpstreams, type Upstreams } from '../start-upstreams.js';

let upstreams: Upstreams;

beforeEach(async () => {
  upstreams = await startUpstreams();
});
afterEach(() => upstreams.stop());

const QUERY =
  'SELECT ?id ?file ?contentUrl WHERE { VALUES ?id { "123" "a\\"b" } ?file wdt:P1947 ?id . OPTIONAL { ?file schema:contentUrl ?contentUrl } }';

const ask = (cookie: string): Promise<Response> =>
  fetch(upstreams.wcqs.sparqlUrl, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ query: QUERY }),
  });

describe('the stand-in query service', () => {
  it('wants a sign-in, then gives a session, then answers from the wiki', async () => {
    const user = await WikiUserAgent.of(upstreams.commons, 'Uploader');
    await user.publish(aPhoto(1), 'Found me.jpg');
    const data = {
      claims: [
        {
          type: 'statement',
          rank: 'normal',
          mainsnak: { snaktype: 'value', property: 'P1947', datavalue: { value: '123', type: 'string' } },
        },
      ],
    };
    await user.client.post({
      action: 'wbeditentity',
      token: user.token,
      site: 'commonswiki',
      title: 'File:Found me.jpg',
      data: JSON.stringify(data),
    });
    expect((await ask('')).status).toBe(302);
    const oauth = `wcqsOauth=${upstreams.wcqs.oauthToken}`;
    const redirected = await ask(oauth);
    expect(redirected.status).toBe(307);
    const session = redirected.headers.get('set-cookie')?.split(';')[0] ?? '';
    const answer = (await (await ask(`${oauth}; ${session}`)).json()) as {
      results: { bindings: Record<string, { value: string }>[] };
    };
    expect(answer.results.bindings).toEqual([
      {
        id: { type: 'literal', value: '123' },
        file: { type: 'uri', value: 'https://commons.wikimedia.org/entity/M1' },
        contentUrl: { type: 'uri', value: upstreams.commons.wiki.urls.file(fileTitle('Found me.jpg')) },
      },
    ]);
    upstreams.wcqs.limitRate(7);
    const limited = await ask(`${oauth}; ${session}`);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  });
});

describe('the stand-in geocoder', () => {
  it('names places near its towns and no others', async () => {
    const at = async (lat: number, lon: number): Promise<unknown> =>
      (await fetch(`${upstreams.geocoding.reverseUrl}?lat=${lat}&lon=${lon}&format=jsonv2`)).json();
    expect(await at(52.516, 13.377)).toMatchObject({ address: { city: 'Berlin', country_code: 'de' } });
    expect(await at(0, -30)).toEqual({ error: 'Unable to geocode' });
  });
});
