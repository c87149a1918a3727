import { describe, expect, it } from '@jest/globals';

import { someCells } from '../testing/a-manifest-row.js';
import { buildPage } from './build-page.js';
import { readManifestRow } from './read-manifest-row.js';

const image = readManifestRow(someCells());

describe('the page of a file from a manifest', () => {
  it('says what its row says', () => {
    expect(buildPage(image, 'en')).toBe(
      [
        '== {{int:filedesc}} ==',
        '{{Information',
        '|description={{en|1=A crane in the harbour}}',
        '|date=2024-05-17',
        '|source=https://example.org/crane',
        '|author=[https://example.org/people/ada Ada Example]',
        '}}',
        '{{Location|53.5411|9.9937|heading:90.5}}',
        '',
        '== {{int:license-header}} ==',
        '{{Cc-by-sa-4.0}}',
      ].join('\n'),
    );
  });

  it('leaves out what is not known', () => {
    const { url, sourceUrl, author, license } = image;
    expect(buildPage({ url, sourceUrl, author, ...(license && { license }) }, '')).toBe(
      '== {{int:filedesc}} ==\n{{Information\n|description=\n|date=\n|source=https://example.org/crane\n|author=Ada Example\n}}' +
        '\n\n== {{int:license-header}} ==\n{{Cc-by-sa-4.0}}',
    );
  });

  it('is never one without a licence', () => {
    const { url, sourceUrl, author } = image;
    expect(() => buildPage({ url, sourceUrl, author }, 'en')).toThrow('no licence');
  });

  it.each(['en', 'nds-nl', 'de-at', 'zh-hans', 'be-tarask'])(
    'has a text in %s in its template',
    (language) => {
      expect(buildPage(image, language)).toContain(`|description={{${language}|1=A crane in the harbour}}\n`);
    },
  );

  it.each(['db', 'pd', 'cc-zero', 'pd-self', 'cc-by-sa', 'no-license', 'xx', 'EN', 'en-', ''])(
    'makes no template of %j, which is no language',
    (language) => {
      expect(buildPage(image, language)).toContain('|description=A crane in the harbour\n');
    },
  );

  it('lets no cell become wikitext', () => {
    const cells = {
      author: "]] ''x'' {{subst:evil}}|permission=all",
      author_url: 'https://example.org/[a]|{{b}}',
      source_url: "https://example.org/?a=''b''|{{c}}&~~~~",
      description: '* one\n== two ==\n<script>~~~~ __NOTOC__ [[File:A.jpg]] &amp; {|',
    };
    const page = buildPage(readManifestRow(someCells(cells)), '}}');
    expect(page.split('\n')).toHaveLength(11);
    const body = page.split('\n').slice(2, 6).join('\n');
    expect(body).not.toMatch(/[{}<>](?!br \/>)(?<!<br \/>)|\[\[|''|~~~|__|\]\]/);
    expect(body).toContain('|source=https://example.org/?a=%27%27b%27%27%7C%7B%7Bc%7D%7D&%7E%7E%7E%7E');
    expect(body).toContain('|description=&#42; one<br />&#61;&#61; two &#61;&#61;<br />&#60;script&#62;');
  });
});
