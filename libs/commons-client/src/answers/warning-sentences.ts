import { isObject, textAt } from '../json.js';

/** @see https://www.mediawiki.org/wiki/API:Upload#Upload_warnings */
export const WARNING_SENTENCES = {
  'exists-normalized': (name: string) =>
    `A file with nearly the same name exists already: ${name}. Choose another title.`,
  'page-exists': (name: string) =>
    `A description page of this name exists without a file: ${name}. Choose another title.`,
  thumb: () => 'The file looks like a thumbnail. Upload the original instead.',
  'thumb-name': () => 'The title looks like the name of a thumbnail. Choose another title.',
  'bad-prefix': (prefix: string) =>
    `The title begins like an automatic camera name${prefix && ` (${prefix})`}. Choose a descriptive title.`,
  badfilename: (name: string) =>
    `This title is not possible${name && `; Commons would change it to ${name}`}. Choose another title.`,
  'duplicate-archive': (name: string) =>
    `The same file was uploaded before and deleted${name && ` (${name})`}. It may only return with an administrator's help.`,
  'was-deleted': (name: string) =>
    `A file of this title was deleted before${name && ` (${name})`}. Check why, and choose another title if this is a different image.`,
  'filetype-unwanted-type': () => 'Commons does not want files of this type.',
  'large-file': () => 'The file is larger than Commons recommends.',
  'empty-file': () => 'The file is empty.',
  emptyfile: () => 'The file is empty.',
} as const satisfies Readonly<Record<string, (value: string) => string>>;

const SENTENCES: Readonly<Record<string, (value: string) => string>> = WARNING_SENTENCES;

const asName = (value: unknown): string => {
  const text = Array.isArray(value) ? value.find((item) => typeof item === 'string') : value;
  if (typeof text === 'string') return text.replaceAll('_', ' ');
  return isObject(text) ? (textAt(text, 'name') ?? '') : '';
};

/** `<code>: <sentence for a person>`; codes we don't know are told with what MediaWiki said. */
export function describeWarning(code: string, value: unknown): string {
  const sentence = SENTENCES[code];
  if (sentence) return `${code}: ${sentence(asName(value))}`;
  const told = textAt(value, 'text') ?? textAt(value, 'message') ?? asName(value);
  return `${code}: Commons warned about this file${told && ` (${told})`} and did not take it.`;
}
