/** Readers from the text of an environment variable to a value; `undefined` means that it cannot be read as such. */
export const readText = (text: string): string => text;

export function readNumber(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** @returns the words between commas, without blanks around them and without empty ones */
export const readList = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  on: true,
  false: false,
  0: false,
  no: false,
  off: false,
};

export const readFlag = (text: string): boolean | undefined => FLAGS[text.toLowerCase()];

/** An address without its closing slashes, so that paths can be appended. */
export const readAddress = (text: string): string => text.replace(/\/+$/, '');

/** User names as MediaWiki shows them: blanks for underscores. */
export const readUsernames = (text: string): string[] =>
  readList(text).map((name) => name.replaceAll('_', ' '));
