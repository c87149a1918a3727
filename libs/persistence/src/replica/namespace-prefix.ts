/** The namespaces of Commons with pages that have talk pages beside them; a talk page's number is one more. */
const SUBJECTS: Readonly<Record<number, string>> = {
  2: 'User',
  4: 'Commons',
  6: 'File',
  8: 'MediaWiki',
  10: 'Template',
  12: 'Help',
  14: 'Category',
  100: 'Creator',
  102: 'TimedText',
  104: 'Sequence',
  106: 'Institution',
  460: 'Campaign',
  486: 'Data',
  828: 'Module',
  1198: 'Translations',
  1728: 'Event',
  2300: 'Gadget',
  2302: 'Gadget definition',
  2600: 'Topic',
};

/**
 * What stands before the titles of a namespace, with its colon; the number where the name is not known.
 * @see https://commons.wikimedia.org/wiki/Help:Namespaces
 */
export function namespacePrefix(namespace: number): string {
  if (namespace === 0) return '';
  if (namespace === 1) return 'Talk:';
  const subject = SUBJECTS[namespace - (namespace % 2)];
  if (subject === undefined) return `${namespace}:`;
  return namespace % 2 === 0 ? `${subject}:` : `${subject} talk:`;
}
