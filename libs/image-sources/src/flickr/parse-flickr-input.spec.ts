import { describe, expect, it } from '@jest/globals';

import { RefusedError } from '#app/protocol';

import { decodeBase58, parseFlickrInput, type FlickrInput } from './parse-flickr-input.js';

const NSID = '71000001@N03';
const photo = (id: string): FlickrInput => ({ kind: 'photo', id });
const user = (name: string): FlickrInput => ({ kind: 'user', user: name });
const album = (id: string, name: string): FlickrInput => ({ kind: 'album', id, user: name });
const gallery = (id: string): FlickrInput => ({ kind: 'gallery', id, user: 'harbour_walks' });
const group = (name: string): FlickrInput => ({ kind: 'group', group: name });
const tag = (name: string): FlickrInput => ({ kind: 'tag', tag: name });

const FORMS: readonly [string, FlickrInput][] = [
  ['54100000017', photo('54100000017')],
  [' 54100000017\n', photo('54100000017')],
  ['https://www.flickr.com/photos/harbour_walks/54100000017', photo('54100000017')],
  ['https://www.flickr.com/photos/harbour_walks/54100000017/', photo('54100000017')],
  ['http://flickr.com/photos/71000001@N03/54100000017/in/album-72177720300000001/', photo('54100000017')],
  ['www.flickr.com/photos/harbour_walks/54100000017/sizes/o/', photo('54100000017')],
  ['flickr.com/photos/harbour_walks//54100000017?saved=1#comments', photo('54100000017')],
  ['HTTPS://WWW.FLICKR.COM/photos/harbour_walks/54100000017', photo('54100000017')],
  ['https://m.flickr.com/photos/harbour_walks/54100000017', photo('54100000017')],
  ['http://flickr.com/photo/71000001@N03/54100000017', photo('54100000017')],
  ['https://www.flickr.com/photo_zoom.gne?id=54100000017&size=m', photo('54100000017')],
  ['https://www.flickr.com/photo_exif.gne?id=54100000017', photo('54100000017')],
  ['https://www.flickr.com/video_download.gne?id=54100000017', photo('54100000017')],
  ['www.flickr.com/photo.gne?id=105', photo('105')],
  ['https://www.flickr.com/photo.gne?short=2ouuqFT', photo(decodeBase58('2ouuqFT') ?? '')],
  ['https://flic.kr/p/2ouuqFT', photo(decodeBase58('2ouuqFT') ?? '')],
  ['flic.kr/p/2ouuqFT/', photo(decodeBase58('2ouuqFT') ?? '')],
  ['https://live.staticflickr.com/65535/54100000017_63d765ee92_s.jpg', photo('54100000017')],
  ['live.staticflickr.com/65535/54100000017_63d765ee92_o.png', photo('54100000017')],
  ['http://static.flickr.com/63/155697786_0125559b4e.jpg', photo('155697786')],
  ['http://farm1.static.flickr.com/82/241708183_dd0847d5c7_o.jpg', photo('241708183')],
  ['https://farm5.staticflickr.com/4586/37767087695_bb4ecff5f4_o.jpg', photo('37767087695')],
  ['https://c8.staticflickr.com/6/5159/14288803431_7cf094b085_b.jpg', photo('14288803431')],
  ['https://photos12.flickr.com/16159487_3a6615a565_b.jpg', photo('16159487')],
  ['https://live.staticflickr.com/video/52868534222/346a41e5a9/1080p.mp4', photo('52868534222')],
  ['https://www.flickr.com/apps/video/stewart.swf?photo_id=53262935176', photo('53262935176')],
  [
    'https://www.flickr.com/photos/harbour_walks/albums/72177720300000001',
    album('72177720300000001', 'harbour_walks'),
  ],
  [
    'flickr.com/photos/Harbour_Walks/sets/72177720300000001/page3',
    album('72177720300000001', 'harbour_walks'),
  ],
  [
    'https://www.flickr.com/photos/71000001@n03/albums/72177720300000001/with/54100000017/',
    album('72177720300000001', NSID),
  ],
  [NSID, user(NSID)],
  ['https://www.flickr.com/photos/harbour_walks/', user('harbour_walks')],
  ['https://www.flickr.com/people/harbour_walks', user('harbour_walks')],
  ['https://www.flickr.com/people/71000001@N03/', user(NSID)],
  ['https://www.flickr.com/photos/harbour_walks/albums', user('harbour_walks')],
  ['https://www.flickr.com/photos/harbour_walks/page12', user('harbour_walks')],
  ['https://www.flickr.com/photos/harbour-walks/?saved=1', user('harbour-walks')],
  ['https://commons.flickr.org/members/harbour_walks/', user('harbour_walks')],
  ['commons.flickr.org/members/71000001@N03', user(NSID)],
  [
    'https://www.flickr.com/photos/harbour_walks/gallery/72157722096057728/page2',
    gallery('72157722096057728'),
  ],
  ['https://www.flickr.com/photos/harbour_walks/galleries/72157722096057728', gallery('72157722096057728')],
  ['https://www.flickr.com/groups/slovenia', group('slovenia')],
  ['https://www.flickr.com/groups/slovenia/pool/page16', group('slovenia')],
  ['https://www.flickr.com/groups/51035612836@N01/pool/', group('51035612836@N01')],
  ['https://flickr.com/photos/tags/tennis/', tag('tennis')],
  ['https://flickr.com/photos/tags/Fluorspar/page1', tag('fluorspar')],
  ['https://www.flickr.com/photos/tags/m%C3%BCnchen', tag('münchen')],
  ['http://flic.kr/s/aHsjybZ5ZD', { kind: 'link', path: '/s/aHsjybZ5ZD', isShort: true }],
  ['https://flic.kr/y/2Xry4Jt', { kind: 'link', path: '/y/2Xry4Jt', isShort: true }],
  ['flic.kr/ps/ZVcni', { kind: 'link', path: '/ps/ZVcni', isShort: true }],
  [
    'https://www.flickr.com/gp/harbour_walks/M195SLkj98',
    { kind: 'link', path: '/gp/harbour_walks/M195SLkj98', isShort: false },
  ],
];

describe('parseFlickrInput', () => {
  it.each(FORMS)('reads %j', (input, expected) => {
    expect(parseFlickrInput(input)).toEqual(expected);
  });

  it.each([
    '',
    '   ',
    'harbour walks',
    'harbour_walks',
    '../../etc/passwd',
    'https://example.org/photos/harbour_walks/54100000017',
    'https://flickr.com.example.org/photos/a/1',
    'https://notflickr.com/photos/a/1',
    'https://flickr.com@example.org/photos/a/1',
    'https://user:secret@www.flickr.com/photos/a/1',
    'ftp://www.flickr.com/photos/a/1',
    'javascript:alert(1)//flickr.com',
    'javascript://www.flickr.com/photos/a/1',
    'file:///photos/a/1',
    'https://www.flickr.com/',
    'flickr.com',
    'https://www.flickr.com/explore',
    'https://www.flickr.com/photos/',
    'https://www.flickr.com/photos/tags/',
    'https://www.flickr.com/photos/tags/a,b',
    'https://www.flickr.com/photos/a b/1',
    'https://www.flickr.com/photos/%zz/1',
    'https://www.flickr.com/photos/harbour_walks/galleries',
    'https://www.flickr.com/photos/harbour_walks/sets/x',
    'https://www.flickr.com/photo.gne?id=abc',
    'https://www.flickr.com/photo.gne?short=0OIl',
    'https://www.flickr.com/groups/slovenia/discuss/72157616713786392/',
    'https://flic.kr/p/0OIl',
    'https://flic.kr/x/abc',
    'https://flic.kr/',
    'https://live.staticflickr.com/65535/nothing.jpg',
    'https://farm5.staticflickr.com.example.org/4586/37767087695_bb4ecff5f4_o.jpg',
    '1'.repeat(25),
  ])('refuses %j in words', (input) => {
    expect(() => parseFlickrInput(input)).toThrow(RefusedError);
    expect(() => parseFlickrInput(input)).toThrow(/ .+\.$/);
  });

  it('reads the numbers of photos from base 58 as they were written', () => {
    const alphabet = '123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ';
    const encode = (value: bigint): string =>
      value < 58n ? (alphabet[Number(value)] ?? '') : encode(value / 58n) + encode(value % 58n);
    for (let value = 1n; value < 10n ** 19n; value = value * 7n + 3n) {
      expect(decodeBase58(encode(value))).toBe(String(value));
    }
  });

  it('reads every form with blanks around it, without a scheme and with http alike', () => {
    for (const [form, expected] of FORMS) {
      const bare = form.trim().replace(/^https?:\/\//i, '');
      expect(parseFlickrInput(`\t ${bare} \n`)).toEqual(expected);
      if (bare.includes('/')) expect(parseFlickrInput(`http://${bare}`)).toEqual(expected);
    }
  });
});
