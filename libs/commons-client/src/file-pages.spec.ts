import { describe, expect, it } from '@jest/globals';
import { FilePages, toFileTitle } from './file-pages.js';

const pages = (): FilePages => new FilePages('https://w.example/w/index.php', 'https://w.example/w/api.php');

describe('FilePages', () => {
  it('links by index.php until the wiki has said where its pages are', () => {
    const known = pages();
    expect(known.wanted.meta).toEqual(['siteinfo']);
    expect(known.link('A_b (1).jpg')).toEqual({
      title: 'File:A b (1).jpg',
      url: 'https://w.example/w/index.php?title=File:A_b_(1).jpg',
    });
    known.learn({ query: { general: { server: '//commons.example', articlepath: '/wiki/$1' } } });
    expect(known.wanted.meta).toEqual([]);
    expect(known.link("File:Zürich's 100% $& #1?.jpg").url).toBe(
      'https://commons.example/wiki/File:Z%C3%BCrich%27s_100%25_$%26_%231%3F.jpg',
    );
  });

  it('learns nothing from an answer that does not say it', () => {
    const known = pages();
    known.learn({ query: { general: {} } });
    expect(known.wanted.meta).toEqual(['siteinfo']);
  });
});

describe('toFileTitle', () => {
  it.each(['A b.jpg', 'A_b.jpg', 'File:A b.jpg', 'file:A_b.jpg'])('reads %s', (name) => {
    expect(toFileTitle(name)).toBe('File:A b.jpg');
  });
});
