import type { FileLink } from '#app/protocol';
import { objectAt, textAt, type JsonObject } from './json.js';

/** As MediaWiki writes titles into addresses. @see https://www.mediawiki.org/wiki/Manual:PAGENAMEE_encoding#Encodings_compared */
const encodeTitle = (title: string): string =>
  encodeURIComponent(Buffer.from(title.replaceAll(' ', '_')).toString())
    .replace(/%(3B|40|24|2C|2F|3A)/g, decodeURIComponent)
    .replaceAll("'", '%27');

/** `File:` and the name with spaces, from a name in any of MediaWiki's spellings. */
export const toFileTitle = (filename: string): string =>
  `File:${filename.replace(/^File:/i, '').replaceAll('_', ' ')}`;

/** Knows the addresses of file pages: as the wiki describes itself, else by its `index.php`. */
export class FilePages {
  private pattern: string | null = null;

  constructor(
    private readonly indexUrl: string,
    private readonly apiUrl: string,
  ) {}

  /** Parameters of a query whose answer `learn` understands; none once it is known. */
  get wanted(): { readonly meta: readonly string[]; readonly params: Readonly<Record<string, string>> } {
    return this.pattern === null
      ? { meta: ['siteinfo'], params: { siprop: 'general' } }
      : { meta: [], params: {} };
  }

  learn(body: JsonObject): void {
    const general = objectAt(objectAt(body, 'query'), 'general');
    const path = textAt(general, 'articlepath');
    if (!path?.includes('$1')) return;
    this.pattern = new URL(
      path.replace('$1', '%241'),
      new URL(textAt(general, 'server') ?? '', this.apiUrl),
    ).href;
  }

  link(filename: string): FileLink {
    const title = toFileTitle(filename);
    const encoded = encodeTitle(title);
    const url = this.pattern?.replace('%241', () => encoded) ?? `${this.indexUrl}?title=${encoded}`;
    return { title, url };
  }
}
