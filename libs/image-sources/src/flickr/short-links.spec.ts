import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { TemporaryError } from '#app/protocol';

import { startLocalServer, type LocalServer } from '../testing/local-server.js';
import { MemoryCache } from '../testing/memory-cache.js';
import { ShortLinks } from './short-links.js';

const ALBUM = 'https://www.flickr.com/photos/harbour_walks/albums/72177720300000001';

describe('ShortLinks', () => {
  let server: LocalServer;
  let links: ShortLinks;
  /** Path → status and where it leads. */
  const answers: Record<string, [status: number, location?: string]> = {};

  beforeEach(async () => {
    server = await startLocalServer((_request, response, { pathname }) => {
      const [status, location] = answers[pathname] ?? [404];
      response.writeHead(status, location === undefined ? {} : { location }).end('<html>');
    });
    links = linksTo(server.url);
  });

  afterEach(() => server.close());

  const linksTo = (address: string): ShortLinks =>
    new ShortLinks({
      shortUrl: address,
      webUrl: address,
      userAgent: 'CuratorTest/1 (https://example.org)',
      cache: new MemoryCache(),
    });
  const resolve = (path: string, isShort = true): Promise<unknown> =>
    links.resolve({ kind: 'link', path, isShort }).catch((error: unknown) => error);

  it.each([true, false])('goes where the link leads (short link: %s)', async (isShort) => {
    answers['/gp/a/b'] = [302, '/next'];
    answers['/next'] = [301, ALBUM];
    const album = { kind: 'album', id: '72177720300000001', user: 'harbour_walks' };
    expect(await resolve('/gp/a/b', isShort)).toEqual(album);
    expect(server.requests).toEqual(['/gp/a/b', '/next']);
    expect(await resolve('/gp/a/b', isShort)).toEqual(album);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    'https://example.org/photos/a/1',
    'http://www.flickr.com/signin',
    'https://www.flickr.com:8443/signin',
    'https://user@www.flickr.com/signin',
    'https://www.flickr.com.example.org/',
    'http://127.0.0.1:9/',
    'http://[::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    'ftp://flic.kr/p/1',
  ])('does not follow it to %s', async (location) => {
    answers['/s/x'] = [302, location];
    expect(await resolve('/s/x')).toMatchObject({
      code: 'flickr-link',
      message: 'This short link leads away from Flickr.',
    });
    expect(server.requests).toEqual(['/s/x']);
  });

  it.each<[string, [number, string?]]>([
    ['is not there', [404]],
    ['is a page', [200]],
    ['names no target', [302]],
    ['names nonsense', [302, 'http://']],
    ['turns round and round', [302, '/s/x']],
  ])('refuses what %s', async (_what, answer) => {
    answers['/s/x'] = answer;
    expect(await resolve('/s/x')).toMatchObject({ code: 'flickr-link' });
    expect(server.requests.length).toBeLessThanOrEqual(6);
  });

  it('tries again later when Flickr has trouble', async () => {
    answers['/s/x'] = [503];
    expect(await resolve('/s/x')).toBeInstanceOf(TemporaryError);
    await server.close();
    expect(await resolve('/s/x')).toBeInstanceOf(TemporaryError);
  });

  it('reaches a private address only where the operator named its port', async () => {
    links = linksTo('http://127.0.0.1');
    expect(await resolve('/s/x')).toMatchObject({ code: 'flickr-link' });
    links = linksTo('https://127.0.0.1');
    expect(await resolve('/s/x')).toMatchObject({ code: 'flickr-link' });
  });
});
