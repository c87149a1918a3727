/** Titles as MediaWiki reads and compares them. */
export interface Title {
  ns: number;
  /** Without namespace, with spaces. */
  name: string;
  /** With namespace, with spaces: `File:A b.jpg`. */
  text: string;
}

const NAMESPACES = new Map([
  ['', 0],
  ['user', 2],
  ['commons', 4],
  ['project', 4],
  ['file', 6],
  ['image', 6],
  ['mediawiki', 8],
  ['template', 10],
  ['category', 14],
  ['kategorie', 14],
]);
const CANONICAL = new Map([
  [0, ''],
  [2, 'User'],
  [4, 'Commons'],
  [6, 'File'],
  [8, 'MediaWiki'],
  [10, 'Template'],
  [14, 'Category'],
]);
// https://www.mediawiki.org/wiki/Manual:$wgLegalTitleChars
const ILLEGAL = /[^ %!"$&'()*,\-./0-9:;=?@A-Z\\^_`a-z~+\u0080-\u{10FFFF}]/u;
const ILLEGAL_IN_FILE = /[^ %!"$&'()*,\-.0-9;=?@A-Z^_`a-z~+\u0080-\u{10FFFF}]/gu;

/** `siprop=namespaces`: https://www.mediawiki.org/wiki/API:Siteinfo */
export const namespaces = (): Record<string, unknown> =>
  Object.fromEntries(
    [...CANONICAL].map(([id, name]) => [
      id,
      {
        id,
        case: 'first-letter',
        name,
        subpages: id !== 6,
        ...(id === 0 ? {} : { canonical: id === 4 ? 'Project' : name }),
        content: id === 0,
        nonincludable: false,
      },
    ]),
  );
export const namespaceAliases = (): unknown[] => [
  { id: 6, alias: 'Image' },
  { id: 14, alias: 'Kategorie' },
];

const tidy = (text: string): string => text.replaceAll(/[\s_]+/g, ' ').trim();
const capitalize = (text: string): string => {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length);
};

export const titleOf = (ns: number, name: string): Title => ({
  ns,
  name,
  text: ns === 0 ? name : `${CANONICAL.get(ns) ?? ''}:${name}`,
});
export const fileTitle = (name: string): Title => titleOf(6, capitalize(tidy(name)));

/** Reads a title, or tells with MediaWiki's words why it is none. */
export function parseTitle(text: string): Title | { invalid: string } {
  const tidied = tidy(text);
  const illegal = ILLEGAL.exec(tidied);
  if (illegal) return { invalid: `The requested page title contains invalid characters: "${illegal[0]}".` };
  const colon = tidied.indexOf(':');
  const ns = colon > 0 ? NAMESPACES.get(tidied.slice(0, colon).trim().toLowerCase()) : undefined;
  const name = capitalize(ns === undefined ? tidied : tidy(tidied.slice(colon + 1)));
  if (name === '')
    return { invalid: 'The requested page title is empty or contains only the name of a namespace.' };
  if (Buffer.byteLength(name) > 255)
    return {
      invalid: 'The requested page title is too long. It must be no longer than 255 bytes in UTF-8 encoding.',
    };
  return titleOf(ns ?? 0, name);
}

/** `A b.jpg` → `A_b.jpg`, the form in which the API names files. */
export const dbKey = (name: string): string => name.replaceAll(' ', '_');

/** The name MediaWiki would give a file for which `wanted` is asked; extensions stay as they are. */
export function filterFileName(wanted: string): string {
  const withoutNamespace = tidy(wanted).replace(/^(?:file|image):\s*/i, '');
  return capitalize(tidy(withoutNamespace.replaceAll(ILLEGAL_IN_FILE, '-')));
}

export const extensionOf = (name: string): string => {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
};

/** As wfUrlencode: readable where a wiki address may be. */
export const wikiUrlEncode = (name: string): string =>
  encodeURIComponent(dbKey(name))
    .replaceAll(/%(3B|40|24|21|2A|28|29|2C|2F|7E|3A)/g, (escaped) => decodeURIComponent(escaped))
    .replaceAll("'", '%27');
/** As rawurlencode: addresses of the files themselves. */
export const rawUrlEncode = (name: string): string =>
  encodeURIComponent(dbKey(name)).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
