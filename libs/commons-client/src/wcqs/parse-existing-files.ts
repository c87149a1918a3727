import { TemporaryError, type FileLink } from '#app/protocol';
import { isObject, listAt, objectAt, textAt } from '../json.js';

const bound = (binding: unknown, name: string): string | undefined =>
  textAt(objectAt(binding, name), 'value');

const decode = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
};

const lastSegment = (address: string): string => address.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '';

/** The name of the file, from the address of its bytes (`…/a/ab/Name.jpg`) or of its page (`…/wiki/File:Name.jpg`). */
function findName(file: string, contentUrl: string | undefined): string | null {
  if (contentUrl !== undefined) return decode(lastSegment(contentUrl)) || null;
  const page = decode(lastSegment(file));
  return page?.startsWith('File:') ? page : null;
}

function toLink(
  file: string,
  contentUrl: string | undefined,
  linkFile: (name: string) => FileLink,
): FileLink {
  const name = findName(file, contentUrl);
  // The address of an entity (`…/entity/M1`) leads to its file page.
  return name === null ? { title: lastSegment(file), url: new URL(file).href } : linkFile(name);
}

/**
 * Value → file pages, from SPARQL's JSON results.
 * @throws TemporaryError `unexpected-answer` @see https://www.w3.org/TR/sparql11-results-json/
 */
export function parseExistingFiles(
  json: unknown,
  linkFile: (name: string) => FileLink,
): ReadonlyMap<string, FileLink[]> {
  if (!isObject(json) || !isObject(json['results'])) {
    throw new TemporaryError('unexpected-answer', 'unexpected-answer: The query service gave no results');
  }
  const found = new Map<string, FileLink[]>();
  for (const binding of listAt(json['results'], 'bindings')) {
    const id = bound(binding, 'id');
    const file = bound(binding, 'file');
    if (id === undefined || file === undefined || !URL.canParse(file)) continue;
    const link = toLink(file, bound(binding, 'contentUrl'), linkFile);
    const links = found.get(id) ?? [];
    if (!links.some(({ url }) => url === link.url)) found.set(id, [...links, link]);
  }
  return found;
}
