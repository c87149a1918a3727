import { WARNING_SENTENCES } from '../answers/warning-sentences.js';
import { extensionOf, normalizeFileName } from './file-names.js';

/** Why a file cannot have a title. */
export interface TitleProblem {
  /** MediaWiki's own code where it has one. */
  readonly code: string;
  /** A sentence for people. */
  readonly info: string;
}

const MAX_TITLE_BYTES = 240;

/** Never part of a title; the colon and slashes are legal in titles, but MediaWiki would rename a file that has them. */
const ILLEGAL = /[#<>[\]|{}:/\\\p{Cc}\p{Surrogate}\ufffd]/u;
/** Encoded characters and signatures would be read as something else. */
const ILLEGAL_SEQUENCES = /%[0-9a-f]{2}|&(?:[a-z\d]+|#\d+|#x[0-9a-f]+);|~~~/i;
/** A name like those that the wiki gives to its own small copies. */
const THUMBNAIL = /^\d{2,3}px-/;

/**
 * The types of files that Commons takes.
 * @see https://commons.wikimedia.org/wiki/Commons:File_types
 */
const FILE_EXTENSIONS: ReadonlySet<string> = new Set(
  'tiff tif png gif jpg jpeg webp xcf pdf mid ogg ogv svg djvu stl oga flac opus wav webm mp3 mpg mpeg'.split(
    ' ',
  ),
);

/** Extensions that mean the same type of content, each by its usual name. */
const SAME_TYPE: Readonly<Record<string, string>> = {
  jpeg: 'jpg',
  jpe: 'jpg',
  tiff: 'tif',
  mpeg: 'mpg',
  midi: 'mid',
  oga: 'ogg',
  ogv: 'ogg',
  ogx: 'ogg',
  ogm: 'ogg',
  opus: 'ogg',
  spx: 'ogg',
};

const typeOf = (extension: string): string => SAME_TYPE[extension] ?? extension;

/**
 * Why MediaWiki would refuse this title for a file, as far as the title alone tells: `filename-toolong`, `illegal-filename`,
 * `filetype-missing`, `filetype-banned`, `filename-tooshort` or `thumb-name`.
 * @param title without namespace
 * @see https://www.mediawiki.org/wiki/Manual:Page_title
 */
export function findTitleProblem(title: string): TitleProblem | null {
  const name = title.replaceAll('_', ' ').trim();
  if (Buffer.byteLength(name) > MAX_TITLE_BYTES) {
    return { code: 'filename-toolong', info: `Filenames may not be longer than ${MAX_TITLE_BYTES} bytes.` };
  }
  const found = ILLEGAL.exec(name) ?? ILLEGAL_SEQUENCES.exec(name);
  if (found) return { code: 'illegal-filename', info: `The filename may not contain “${found[0]}”.` };
  const extension = extensionOf(name);
  if (extension === '') return { code: 'filetype-missing', info: 'The filename has no extension.' };
  if (!FILE_EXTENSIONS.has(extension)) {
    return { code: 'filetype-banned', info: `“.${extension}” is not a type of file that Commons takes.` };
  }
  if (name.slice(0, name.lastIndexOf('.')).trim() === '') {
    return { code: 'filename-tooshort', info: 'The filename is too short.' };
  }
  if (THUMBNAIL.test(name)) {
    return { code: 'thumb-name', info: WARNING_SENTENCES['thumb-name']() };
  }
  return null;
}

/**
 * `filetype-mime-mismatch` when a file of another type is to have this title.
 * @param extension of the type that the content has, without its dot
 */
export function findExtensionProblem(title: string, extension: string): TitleProblem | null {
  const named = extensionOf(title.trim());
  if (typeOf(named) === typeOf(extension.toLowerCase())) return null;
  return {
    code: 'filetype-mime-mismatch',
    info: `The title ends with “.${named}”, but the file is of the type “.${extension}”.`,
  };
}

/**
 * `bad-prefix` when a name starts as cameras name their pictures.
 * @param prefixes from `parsePrefixBlacklist`
 */
export function findPrefixProblem(title: string, prefixes: readonly string[]): TitleProblem | null {
  const key = normalizeFileName(title).replaceAll(' ', '_');
  const found = prefixes.find((prefix) => key.startsWith(prefix));
  return found === undefined
    ? null
    : {
        code: 'bad-prefix',
        info: WARNING_SENTENCES['bad-prefix'](found),
      };
}

/**
 * `duplicate-title` for every title that another before it, or one of `taken`, has as well, however it is spelt; null for the
 * others.
 */
export function findRepeatedTitles(
  titles: readonly string[],
  taken: readonly string[] = [],
): (TitleProblem | null)[] {
  const seen = new Set(taken.map(normalizeFileName));
  return titles.map((title) => {
    const name = normalizeFileName(title);
    if (seen.has(name))
      return { code: 'duplicate-title', info: 'Another file of this batch has the same title.' };
    seen.add(name);
    return null;
  });
}
