import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { createImageSources } from '#app/image-sources';
import type { ManifestCells, MediaImage } from '#app/protocol';
import { textFormat } from '../../apps/worker/src/exports/formats/text-format.js';
import { uploadViews } from '../../apps/worker/src/exports/formats/upload-views.js';
import { anExportedUpload } from '../../apps/worker/src/exports/testing/exported.js';
import { writeFilePage } from '../../apps/worker/src/schedules/write-file-page.js';
import { uploadSummary } from '../../apps/worker/src/uploads/edit-summary.js';
import { WIKITEXT_PAYLOADS } from '../attacks/wikitext-payloads.js';
import { SignedClient } from '../upstreams/signed-client.js';
import { startRealWiki, type RealWiki } from './start-real-wiki.js';

/** Templates that show their parameters, as those on Commons do: at the beginning of a line and within it. */
const TEMPLATES = {
  Information:
    '{|\n! Description\n| {{{description|}}}\n|-\n! Date\n| {{{date|}}}\n|-\n! Source\n|\n{{{source|}}}\n|-\n! Author\n|\n{{{author|}}}\n|-\n| {{{permission|none}}} {{{other_fields|}}}\n|}',
  En: '<span lang="en">{{{1}}}</span>\n\n{{{1}}}',
  Evil: 'evil [[Category:Evil]]',
  Delete: 'evil [[Category:Evil]]',
  'Taken on': '{{{1}}}',
  Location: '{{{1}}} {{{2}}}',
  'Mapillary-source': '{{{key}}}',
};

const ADDRESS = 'https://example.org/people/';

let wiki: RealWiki;
let client: SignedClient;

beforeAll(async () => {
  const started = await startRealWiki();
  if ('unavailable' in started) throw new Error(started.unavailable);
  wiki = started;
  client = new SignedClient(wiki.apiUrl, wiki.consumer, wiki.tokens['Uploader'] ?? null);
  const token = await client.csrfToken();
  for (const [title, text] of Object.entries(TEMPLATES)) {
    const answer = await client.post({ action: 'edit', title: `Template:${title}`, text, token });
    expect(answer.json).toMatchObject({ edit: { result: 'Success' } });
  }
}, 300_000);

afterAll(() => wiki?.stop());

interface Parsed {
  readonly text: string;
  readonly parsedsummary: string;
  readonly [kind: string]: unknown;
}

const KINDS = [
  'categories',
  'links',
  'templates',
  'images',
  'iwlinks',
  'langlinks',
  'externallinks',
  'sections',
  'properties',
];

async function parse(text: string, summary = ''): Promise<Parsed> {
  const { json } = await client.post({
    formatversion: '2',
    action: 'parse',
    contentmodel: 'wikitext',
    title: 'File:X.jpg',
    pst: '1',
    prop: [...KINDS, 'text'].join('|'),
    disablelimitreport: '1',
    text,
    summary,
  });
  return (json as { parse: Parsed }).parse;
}

/** All that a page is and does beyond the words on it, and how many elements of each kind it is made of. */
async function effectsOf(text: string): Promise<unknown> {
  const parsed = await parse(text);
  const elements = [...parsed.text.matchAll(/<(\w+)/g)].map(([, name]) => name ?? '');
  const counted = elements.filter((name) => name !== 'br' && name !== 'p').sort();
  // Where in the text a section begins follows from its length.
  const told = JSON.stringify(Object.fromEntries(KINDS.map((kind) => [kind, parsed[kind]])));
  return { told: told.replaceAll(/"byteoffset":\d+,/g, ''), counted };
}

const MANIFEST = '0b54bb5f-5a51-4c1e-9a3c-0a5c6d9f8e71';

/** What is written for a row of a manifest whose person has written no page. */
async function manifestPageOf(text: string): Promise<string> {
  const cells: ManifestCells = {
    url: 'https://files.example.org/crane.jpg',
    source_url: 'https://example.org/crane',
    // Names have no controls: such a row is refused.
    author: text.replaceAll(/\p{Cc}/gu, ' '),
    author_url: ADDRESS,
    license: 'CC BY-SA 4.0',
    taken: '2024-05-17',
    description: text,
    label_language: 'en',
  };
  const row = { key: 'a', cells, storedAt: new Date() };
  const dispatcher = new Agent();
  const { manifest } = createImageSources({
    dispatcher,
    userAgent: 'CuratorTests',
    existingFiles: { findByProperty: () => Promise.resolve(new Map()) },
    cache: { find: () => Promise.resolve(null), keep: () => Promise.resolve() },
    geocoding: { url: 'https://geocoder.example/', concurrency: 1 },
    manifest: { rows: { listKeys: () => Promise.resolve(['a']), list: () => Promise.resolve([row]) } },
  });
  const image = await manifest?.fetchImageMetadata('a', MANIFEST);
  await dispatcher.close();
  return image?.completeWikitext?.('', false) ?? '';
}

const PLACES: Readonly<Record<string, (text: string) => string | Promise<string>>> = {
  'the page of a file from a manifest': manifestPageOf,
  'the page of a photo from Flickr that a schedule uploads': (text) => pageOf('flickr', text),
  'the page of an image from Mapillary that a schedule uploads': (text) => pageOf('mapillary', text),
  'a gallery of an export': (text) => {
    const format = textFormat('wikitext-gallery', uploadViews);
    const upload = anExportedUpload({
      publishedTitle: 'File:A.jpg',
      labels: [{ language: 'en', value: text }],
    });
    return format.head + format.toText(upload, true) + format.tail;
  },
};

function pageOf(source: 'flickr' | 'mapillary', text: string): string {
  const image: MediaImage = {
    id: '123',
    title: text,
    description: text,
    dates: { taken: '2024-05-17T10:20:30.000Z' },
    creator: { id: '7', username: text, profile_url: ADDRESS },
    location: { latitude: 53.5, longitude: 9.9, city: text },
    existing: [],
    urls: { url: 'https://example.org/photo', original: '', preview: '', thumbnail: '' },
    dimensions: { width: 1, height: 1 },
    camera: { is_pano: false, make: text },
  };
  const categories =
    '[[Category:Quays]]\nIn {{location.city}} by {{mapillary.user.username}}{{camera.make}}\n{{location.city}}';
  return writeFilePage(source, image, 'sequence', { categories, isDateUncategorized: false }) ?? '';
}

describe('what others wrote is only shown by the real MediaWiki', () => {
  it('does more where it is not escaped: these payloads are real', async () => {
    let harmful = 0;
    const harmless = await effectsOf('Words');
    for (const payload of WIKITEXT_PAYLOADS) {
      if (JSON.stringify(await effectsOf(payload)) !== JSON.stringify(harmless)) harmful += 1;
    }
    expect(harmful).toBeGreaterThan(WIKITEXT_PAYLOADS.length * 0.6);
  });

  it.each(Object.entries(PLACES))('in %s', async (_, write) => {
    const planned = await effectsOf(await write('Words'));
    for (const payload of WIKITEXT_PAYLOADS) {
      for (const text of [payload, `Words ${payload}`]) {
        expect([text, await effectsOf(await write(text))]).toEqual([text, planned]);
      }
    }
  });

  it('in the summary of an edit', async () => {
    const summaryOf = (text: string): string =>
      uploadSummary({ image: `manifest image ${text}`, batchid: 7, editGroupId: '0123456789ab' });
    const linksIn = async (text: string): Promise<string[]> => {
      const { parsedsummary } = await parse('x', summaryOf(text));
      return [...parsedsummary.matchAll(/<\w+[^>]*>/g)].map(([tag]) => tag);
    };
    const planned = await linksIn('Words');
    for (const payload of [...WIKITEXT_PAYLOADS, '/* Section */', '*/ x /*'])
      expect([payload, await linksIn(payload)]).toEqual([payload, planned]);
  });
});
