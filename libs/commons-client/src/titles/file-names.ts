/** A file's name as MediaWiki reads and compares it: without namespace, with single blanks, its first letter large. */
export function normalizeFileName(title: string): string {
  const name = title
    .normalize('NFC')
    .replaceAll(/[\s_]+/g, ' ')
    .trim()
    .replace(/^(?:File|Image) ?: ?/i, '');
  const [first = ''] = name;
  return first.toUpperCase() + name.slice(first.length);
}

/** What follows the last dot, in lower case; empty when there is nothing. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}
