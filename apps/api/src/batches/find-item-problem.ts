import type { StructuredError, UploadItemDto } from '#app/protocol';

const MAX_TITLE_BYTES = 240;
const MAX_WIKITEXT_BYTES = 2 * 1024 * 1024;
const MAX_CAPTION_CHARACTERS = 250;

/** Never part of a title; the colon and slashes are legal in titles, but MediaWiki would rename a file that has them. */
const ILLEGAL = /[#<>[\]|{}:/\\\p{Cc}\ufffd]/u;
/** Encoded characters and signatures would be read as something else. */
const ILLEGAL_SEQUENCES = /%[0-9a-f]{2}|&(?:[a-z\d]+|#\d+|#x[0-9a-f]+);|~~~/i;

const problem = (code: string, info: string): StructuredError => ({
  type: 'error',
  message: `${code}: ${info}`,
});

/**
 * Why MediaWiki would refuse this title for a file, as far as the title alone tells.
 * @see https://www.mediawiki.org/wiki/Manual:Page_title
 */
const findTitleProblem = (title: string): StructuredError | null => {
  const name = title.replaceAll('_', ' ').trim();
  if (Buffer.byteLength(name) > MAX_TITLE_BYTES) {
    return problem('filename-toolong', `Filenames may not be longer than ${MAX_TITLE_BYTES} bytes.`);
  }
  const found = ILLEGAL.exec(name) ?? ILLEGAL_SEQUENCES.exec(name);
  if (found) return problem('illegal-filename', `The filename may not contain “${found[0]}”.`);
  const dot = name.lastIndexOf('.');
  if (dot < 0 || dot === name.length - 1)
    return problem('filetype-missing', 'The filename has no extension.');
  if (name.slice(0, dot).trim() === '') return problem('illegal-filename', 'The filename is too short.');
  return null;
};

const findCaptionProblem = (labels: UploadItemDto['labels']): StructuredError | null => {
  if (labels === undefined || labels.value === '') return null;
  if (!/^[a-z][a-z0-9-]*$/.test(labels.language)) {
    return problem('not-recognized-language', `“${labels.language}” is not the code of a language.`);
  }
  if ([...labels.value].length > MAX_CAPTION_CHARACTERS) {
    return problem('modification-failed', `A caption may have at most ${MAX_CAPTION_CHARACTERS} characters.`);
  }
  return null;
};

/** Why this item cannot be taken, or null. It becomes a failed upload, the rest of its slice is not affected. */
export const findItemProblem = ({ title, labels, wikitext }: UploadItemDto): StructuredError | null =>
  findTitleProblem(title) ??
  findCaptionProblem(labels) ??
  (Buffer.byteLength(wikitext) > MAX_WIKITEXT_BYTES
    ? problem('contenttoobig', 'The wikitext is larger than 2 MiB.')
    : null);
