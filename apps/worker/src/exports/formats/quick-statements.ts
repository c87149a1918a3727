/**
 * Commands of QuickStatements, version 1. Texts have no escapes there, so line breaks and tabs become blanks.
 * @see https://www.wikidata.org/wiki/Help:QuickStatements#Command_sequence_syntax
 */
const LANGUAGE = /^[a-z]+(?:-[a-z]+)*$/;

/** Two bars begin a command where a text has no line break, and a comment becomes the summary of the edit. */
const quote = (text: string): string => {
  const oneLine = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return `"${oneLine.replaceAll(/\|(?=\|)/g, '| ').replaceAll('/*', '/ *')}"`;
};

/** Sets a file's caption; nothing where the language or the text is none that could be set. */
export const toCaptionCommand = (pageId: number, language: string, text: string): string[] => {
  const quoted = quote(text);
  return LANGUAGE.test(language) && quoted !== '""' ? [`M${pageId}\tL${language}\t${quoted}`] : [];
};

/** Adds a statement whose value is a text. */
export const toTextCommand = (pageId: number, property: string, text: string): string =>
  `M${pageId}\t${property}\t${quote(text)}`;

/** A file to write commands for: its id and title. QuickStatements passes over a line of two columns. */
export const toListEntry = (pageId: number, title: string): string =>
  `M${pageId}\t${title.replaceAll(/[\s\p{Cc}]+/gu, ' ')}`;
