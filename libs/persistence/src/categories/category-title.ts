const NAMESPACE = /^[\s_]*category[\s_]*:/i;

/** The title of a category as the database has it: without namespace, with underscores, its first letter large. */
export function toCategoryTitle(text: string): string {
  const title = text
    .replace(NAMESPACE, '')
    .replace(/[\s_]+/g, '_')
    .replace(/^_|_$/g, '');
  const first = String.fromCodePoint(title.codePointAt(0) ?? 0);
  return title === '' ? '' : first.toUpperCase() + title.slice(first.length);
}

/** Titles that differ only in case, or in blanks for underscores, become the same. */
export const foldTitle = (title: string): string => title.replaceAll(' ', '_').toUpperCase();

/** Whether a title has one of the terms in it, in whatever case. */
export function excludes(terms: readonly string[]): (title: string) => boolean {
  const folded = terms.map(foldTitle).filter((term) => term !== '');
  return (title) => {
    const text = foldTitle(title);
    return folded.some((term) => text.includes(term));
  };
}
