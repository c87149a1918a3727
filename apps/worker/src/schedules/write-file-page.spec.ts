import { describe, expect, it } from '@jest/globals';
import type { MediaImage } from '#app/protocol';
import { writeFilePage } from './write-file-page.js';

const IMAGE: MediaImage = {
  id: '123',
  title: 'A quay (123).jpg',
  dates: { taken: '2024-05-17T10:20:30.000Z' },
  creator: { id: '7', username: 'ada', profile_url: 'https://www.flickr.com/people/ada/' },
  location: { latitude: -53.5, longitude: 9.9, city: 'Hamburg' },
  existing: [],
  urls: { url: 'https://www.flickr.com/photos/ada/123/', original: '', preview: '', thumbnail: '' },
  dimensions: { width: 1, height: 1 },
  camera: { is_pano: false },
};

const WISHES = {
  categories: '[[Category:{{location.city}} by {{mapillary.user.username}}]]\n{{At|{{location.latitude}}}}',
  isDateUncategorized: false,
};

const EVIL =
  "]] {{Delete}} [[Category:Evil]]|permission=x ~~~~ __NOINDEX__ ''' -{x}- https://evil.example\n* RFC 1";
const MARKUP = /\[\[|\]\]|\{\{|\}\}|~~~|__|'''|-\{|[a-z]:\/\/|\||=/gi;

const writeAs = (source: 'mapillary' | 'flickr', image: MediaImage): string =>
  writeFilePage(source, image, 'sequence', WISHES) ?? '';

describe('the page of a file that nobody looks at before it is uploaded', () => {
  it.each(['mapillary', 'flickr'] as const)('says what the image says (%s)', (source) => {
    const page = writeAs(source, IMAGE);
    expect(page).toContain('[[Category:Hamburg by ada]]\n{{At|-53.5}}');
    expect(page).toContain('{{Location|-53.5|9.9}}');
  });

  it('shows what a photographer wrote', () => {
    expect(writeAs('flickr', { ...IMAGE, description: 'A quay\n(old)' })).toContain(
      [
        ' | description  = A quay<br />(old)',
        ' | date         = {{Taken on|2024-05-17T10:20:30Z}}',
        ' | source       = [https://www.flickr.com/photos/ada/123/ A quay (123).jpg]',
        ' | author       = [https://www.flickr.com/people/ada/ ada]',
      ].join('\n'),
    );
  });

  it.each(['mapillary', 'flickr'] as const)(
    'has no more markup than planned, whatever others wrote (%s)',
    (source) => {
      const evil: MediaImage = {
        ...IMAGE,
        title: EVIL,
        description: EVIL,
        creator: {
          ...IMAGE.creator,
          username: EVIL,
          profile_url: 'https://www.flickr.com/people/__NOINDEX__/',
        },
        location: { ...IMAGE.location, city: EVIL },
      };
      const planned = writeAs(source, { ...IMAGE, description: 'x' });
      const page = writeAs(source, evil);
      expect([...page.matchAll(MARKUP)].map(([found]) => found)).toEqual(
        [...planned.matchAll(MARKUP)].map(([found]) => found),
      );
      expect(page.split('\n')).toHaveLength(planned.split('\n').length);
    },
  );
});
