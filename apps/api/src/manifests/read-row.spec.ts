import { describe, expect, it } from '@jest/globals';
import { SOURCE_CDN_HOSTS, type UploadTableRow } from '#app/protocol';
import { findWarning } from './find-warning.js';
import { readRow } from './read-row.js';
import { splitProblem, toRowProblem } from './row-problem.js';

const IMAGE: UploadTableRow = {
  id: ' crane ',
  title: ' Crane.jpg ',
  label: 'A crane',
  label_language: 'en',
  wikitext: '[[Category:Cranes]]',
  url: 'https://files.example.org/crane.jpg',
  source_url: 'https://example.org/crane',
  author: 'Ada',
  license: 'CC0',
  taken: '2024',
  status: 'failed',
  error: 'something',
};
const HOSTS = ['*.example.org', '127.0.0.1:8080', ...SOURCE_CDN_HOSTS];

const read = (more: UploadTableRow = {}) => readRow({ ...IMAGE, ...more }, HOSTS);

const codeOf = (more: UploadTableRow): string => {
  try {
    read(more);
  } catch (error) {
    return toRowProblem(error).code;
  }
  return 'none';
};

describe('a row of a manifest as an upload', () => {
  it('is of this manifest unless it says otherwise, and keeps what is needed of its image', () => {
    const { wikitext, label, status, error, id, ...kept } = IMAGE;
    expect([wikitext, label, status, error, id]).not.toContain(undefined);
    const { label_language, title, ...rest } = kept;
    expect(read()).toEqual({
      handler: 'manifest',
      item: {
        id: 'crane',
        input: '',
        title: 'Crane.jpg',
        wikitext: '[[Category:Cranes]]',
        copyright_override: false,
        labels: { language: 'en', value: 'A crane' },
      },
      cells: { ...rest, label_language, title },
    });
  });

  it('of another source needs its collection only', () => {
    const row = { handler: 'Flickr', id: '123', input: 'album', title: 'A.jpg', wikitext: '{{PD-old}}' };
    expect(readRow({ ...row, copyright_override: 'true' }, [])).toEqual({
      handler: 'flickr',
      item: { id: '123', input: 'album', title: 'A.jpg', wikitext: '{{PD-old}}', copyright_override: true },
    });
  });

  it.each([
    [{ handler: 'instagram' }, 'handler'],
    [{ id: ' ' }, 'id'],
    [{ id: 'x'.repeat(256) }, 'id'],
    [{ id: '[[Main Page]]' }, 'id'],
    [{ id: 'a\nb' }, 'id'],
    [{ handler: 'mapillary', input: '' }, 'input'],
    [{ handler: 'mapillary', input: 'x'.repeat(2_049) }, 'input'],
    [{ label_language: '' }, 'label-language'],
    [{ copyright_override: 'perhaps' }, 'manifest-copyright-override'],
    [{ license: 'CC BY-NC 4.0' }, 'manifest-license'],
    [{ url: 'https://elsewhere.org/crane.jpg' }, 'download-host-refused'],
    [{ url: 'http://files.example.org/crane.jpg' }, 'download-host-refused'],
    [{ url: 'https://10.0.0.1/crane.jpg' }, 'download-host-refused'],
    [{ url: 'https://live.staticflickr.com/1/2_o.jpg' }, 'manifest-url'],
    [{ url: 'https://scontent.xx.fbcdn.net/a.jpg' }, 'manifest-url'],
    [{ source_url: 'https://www.flickr.com./photos/ada/2/' }, 'manifest-source-url'],
    [{ license: '', copyright_override: 'true', wikitext: '' }, 'wikitext'],
    [{ copyright_override: 'true', wikitext: ' \n[[Category:A]]' }, 'wikitext'],
    [{ handler: 'mapillary', input: 'a', wikitext: '' }, 'wikitext'],
    [{ wikitext: '' }, 'none'],
    [{ license: '', copyright_override: 'true', wikitext: '{{PD-old}}' }, 'none'],
    [{ url: 'http://127.0.0.1:8080/crane.jpg' }, 'none'],
  ])('%j is refused for %s', (more, code) => {
    expect(codeOf(more)).toBe(code);
  });

  it('lets no bug pass for a refusal', () => {
    expect(() => toRowProblem(new TypeError('oops'))).toThrow('oops');
  });

  it('takes the code of an error from its message', () => {
    expect(splitProblem({ type: 'error', message: 'bad-prefix: No:\nreally' })).toEqual({
      code: 'bad-prefix',
      message: 'No:\nreally',
    });
    expect(splitProblem({ type: 'title_blacklisted', message: 'Not this one' })).toEqual({
      code: 'title_blacklisted',
      message: 'Not this one',
    });
  });

  it('is warned of pages without a category, images without a date, and images that came before', () => {
    expect(findWarning(read(), [])).toBeNull();
    expect(findWarning(read({ wikitext: '[[ category : A]]' }), [])).toBeNull();
    expect(findWarning(read({ wikitext: '' }), [])?.code).toBe('no-category');
    expect(findWarning(read({ taken: '' }), [])?.code).toBe('no-date');
    const row = { handler: 'mapillary', id: '1', input: 'a', wikitext: '[[Category:A]]' };
    expect(findWarning(readRow(row, []), [])).toBeNull();
    const file = { title: 'File:A.jpg', url: 'https://commons.wikimedia.org/wiki/File:A.jpg' };
    expect(findWarning(readRow(row, []), [file])).toEqual({
      code: 'already-uploaded',
      message: 'This image came to Commons before, as File:A.jpg.',
    });
  });
});
