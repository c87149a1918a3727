import { RefusedError } from '#app/protocol';

/** What a person named. `user` and `group` are an NSID or the alias in their address. */
export type FlickrInput =
  | { kind: 'photo'; id: string }
  | { kind: 'album'; id: string; user: string }
  | { kind: 'gallery'; id: string; user: string }
  | { kind: 'user'; user: string }
  | { kind: 'group'; group: string }
  | { kind: 'tag'; tag: string }
  /** Only Flickr knows where this leads. */
  | { kind: 'link'; path: string; isShort: boolean };

const ID = /^\d{1,24}$/;
const NSID = /^\d{5,12}@N\d{2}$/i;
/** Aliases in addresses. */
const ALIAS = /^[\w-]{1,64}$/;
const BASE58 = '123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ';
const IS_BASE58 = /^[1-9a-km-zA-HJ-NP-Z]{1,16}$/;
const FILE_NAME = /^(\d{1,24})_/;

const WEB_HOST = /^(?:(?:www|m)\.)?flickr\.com$/;
const FILE_HOST =
  /^(?:live\.staticflickr\.com|static\.flickr\.com|farm\d+\.static\.?flickr\.com|c\d+\.staticflickr\.com|photos\d+\.flickr\.com)$/;
const HAS_HOST =
  /^(?:[a-z][a-z0-9+.-]*:|(?:[\w-]+\.)*(?:flickr\.com|staticflickr\.com|flic\.kr)(?:[/?#:]|$))/i;

const refuse = (message: string): never => {
  throw new RefusedError('flickr-input', message);
};

const isUser = (text: string | undefined): text is string =>
  text !== undefined && (NSID.test(text) || ALIAS.test(text));

/** NSIDs are written with a capital N. */
const canonicalUser = (user: string): string => (NSID.test(user) ? user.toUpperCase() : user.toLowerCase());

export const isNsid = (user: string): boolean => NSID.test(user);

/** Short links write the number of a photo in base 58. @see https://www.flickr.com/services/api/misc.urls.html */
export function decodeBase58(text: string): string | null {
  if (!IS_BASE58.test(text)) return null;
  return String([...text].reduce((value, digit) => value * 58n + BigInt(BASE58.indexOf(digit)), 0n));
}

const photo = (id: string | null | undefined): FlickrInput | null =>
  id !== null && id !== undefined && ID.test(id) ? { kind: 'photo', id } : null;

/** A comma would ask for several tags. */
const tagOf = (tag: string | undefined): FlickrInput | null =>
  tag === undefined || !/^[^\s,]{1,255}$/.test(tag) ? null : { kind: 'tag', tag: tag.toLowerCase() };

function parseUserPath(user: string, [what, id]: readonly string[]): FlickrInput | null {
  if (!isUser(user)) return null;
  const named = canonicalUser(user);
  if (what === undefined || /^page\d+$/.test(what)) return { kind: 'user', user: named };
  if (ID.test(what)) return photo(what);
  const isAlbum = what === 'albums' || what === 'sets';
  if (id === undefined) return isAlbum ? { kind: 'user', user: named } : null;
  if (!ID.test(id)) return null;
  if (isAlbum) return { kind: 'album', id, user: named };
  return what === 'gallery' || what === 'galleries' ? { kind: 'gallery', id, user: named } : null;
}

function parseQuery(page: string, query: URLSearchParams): FlickrInput | null {
  if (!/^(?:photo|video)\w*\.gne$/.test(page)) return null;
  const short = query.get('short');
  return photo(query.get('id')) ?? (short === null ? null : photo(decodeBase58(short)));
}

function parseWebPath(path: readonly string[], url: URL): FlickrInput | null {
  const [section = '', name = '', ...rest] = path;
  switch (section) {
    case 'photos':
      if (name === 'tags') return tagOf(rest[0]);
      return parseUserPath(name, rest);
    case 'photo':
      return isUser(name) ? photo(rest[0]) : null;
    case 'people':
      return parseUserPath(name, rest);
    case 'groups':
      return isUser(name) && (rest[0] === undefined || rest[0] === 'pool')
        ? { kind: 'group', group: canonicalUser(name) }
        : null;
    case 'gp':
      return name === '' ? null : { kind: 'link', path: url.pathname, isShort: false };
    case 'apps':
      return path.join('/') === 'apps/video/stewart.swf' ? photo(url.searchParams.get('photo_id')) : null;
    default:
      return parseQuery(section, url.searchParams);
  }
}

function parseShortPath([section = '', code = '', ...rest]: readonly string[], url: URL): FlickrInput | null {
  if (section === 'p' && rest.length === 0) return photo(decodeBase58(code));
  const leadsOn = ['s', 'y', 'ps', 'gp'].includes(section) && /^[\w@-]+$/.test(code);
  return leadsOn ? { kind: 'link', path: url.pathname, isShort: true } : null;
}

/** `/<server>/<id>_<secret>_<size>.jpg`, with a further folder or none on older hosts, or `/video/<id>/…`. */
function parseFilePath(path: readonly string[]): FlickrInput | null {
  if (path[0] === 'video') return photo(path[1]);
  return photo(FILE_NAME.exec(path.at(-1) ?? '')?.[1]);
}

function decodePath(url: URL): string[] {
  const parts = url.pathname.split('/').filter((part) => part !== '');
  try {
    return parts.map((part) => decodeURIComponent(part));
  } catch (error) {
    if (error instanceof URIError) return refuse('This is not an address.');
    throw error;
  }
}

function parseAddress(text: string): FlickrInput {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(address) ? new URL(address) : refuse('This is not an address.');
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    return refuse('This is not an address of Flickr.');
  }
  const path = decodePath(url);
  const named = parseByHost(url, path);
  return named ?? refuse('This Flickr address names no photo, album, gallery, group, tag or person.');
}

function parseByHost(url: URL, path: readonly string[]): FlickrInput | null {
  const { hostname } = url;
  if (WEB_HOST.test(hostname)) return parseWebPath(path, url);
  if (hostname === 'flic.kr') return parseShortPath(path, url);
  if (FILE_HOST.test(hostname)) return parseFilePath(path);
  if (hostname === 'commons.flickr.org') {
    return path[0] === 'members' && isUser(path[1]) ? { kind: 'user', user: canonicalUser(path[1]) } : null;
  }
  return refuse('This is not an address of Flickr.');
}

/**
 * Reads whatever a person may paste: the number of a photo, the NSID of a person, or any address of Flickr, with or
 * without its scheme. Pages within a collection are not told apart: it is always meant as a whole.
 * @throws RefusedError `flickr-input` with a sentence for that person
 */
export function parseFlickrInput(input: string): FlickrInput {
  const text = input.trim();
  if (text === '') return refuse('Enter the address of a photo, album or person on Flickr.');
  if (NSID.test(text)) return { kind: 'user', user: text.toUpperCase() };
  if (ID.test(text)) return { kind: 'photo', id: text };
  if (HAS_HOST.test(text) || text.startsWith('commons.flickr.org/')) return parseAddress(text);
  return refuse('This is not an address of Flickr.');
}
