import { flagAt, isObject, listAt, numberAt, objectAt, textAt, type JsonObject } from '../json.js';
import { pagesByTitle } from './parse-pages.js';
import type { CategorySpelling } from './read-category-name.js';

/** The newest revision of a page. */
export interface RevisedPage {
  readonly revid: number;
  /** ISO, UTC. */
  readonly timestamp: string;
  /** Absent when hidden. */
  readonly user?: string;
  /** The edit summary; absent when hidden. */
  readonly comment?: string;
  /** Wikitext; absent when the page is of another kind or its text is hidden. */
  readonly text?: string;
}

function parseRevision(revision: unknown): RevisedPage | null {
  const revid = numberAt(revision, 'revid');
  if (revid === undefined) return null;
  const slot = objectAt(objectAt(revision, 'slots'), 'main');
  const text = textAt(slot, 'contentmodel') === 'wikitext' ? textAt(slot, 'content') : undefined;
  const user = textAt(revision, 'user');
  const comment = textAt(revision, 'comment');
  return {
    revid,
    timestamp: textAt(revision, 'timestamp') ?? '',
    ...(user !== undefined && { user }),
    ...(comment !== undefined && { comment }),
    ...(text !== undefined && { text }),
  };
}

/** Those of the titles about which one answer of several tells. */
export function parseRevisedPages(
  body: JsonObject,
  titles: readonly string[],
): ReadonlyMap<string, RevisedPage | null> {
  const found = new Map<string, RevisedPage | null>();
  for (const [title, page] of pagesByTitle(body, titles)) {
    const isMissing = flagAt(page, 'missing') || flagAt(page, 'invalid');
    const [revision] = listAt(page, 'revisions');
    if (isMissing || revision !== undefined) found.set(title, isMissing ? null : parseRevision(revision));
  }
  return found;
}

const namesOf = (namespace: unknown): string[] =>
  ['name', 'canonical', 'alias'].flatMap((key) => textAt(namespace, key) ?? []);

/** @param namespace its number @see https://www.mediawiki.org/wiki/API:Siteinfo */
export function parseCategorySpelling(body: JsonObject, namespace: string): CategorySpelling {
  const query = objectAt(body, 'query');
  const own = objectAt(objectAt(query, 'namespaces'), namespace);
  const aliases = listAt(query, 'namespacealiases').filter(
    (alias) => isObject(alias) && numberAt(alias, 'id') === Number(namespace),
  );
  return {
    namespace: textAt(own, 'name') ?? 'Category',
    names: [...new Set(['Category', ...[own, ...aliases].flatMap(namesOf)])],
    ignoresFirstCase: textAt(own, 'case') !== 'case-sensitive',
  };
}
