import type { Label, StructuredError } from '#app/protocol';

/**
 * The fields of an edit. The administration page sends each as the text of its cell, scripts send the value itself: what
 * reads as neither stays as it is, so that its check refuses it.
 */

const MAX_MESSAGE = 10_000;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
};

/** Blank text means none. */
export const readOptionalText = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? null : value;

export const readFlag = (value: unknown): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length <= max;

export const isLabel = (value: unknown): value is Label =>
  isObject(value) &&
  Object.keys(value).length === 2 &&
  isText(value['language'], 64) &&
  isText(value['value'], 5_000);

/** One caption, or a list of at most one: null for none. */
export const readLabels = (value: unknown): unknown => {
  const read = fromText(readOptionalText(value));
  const one = Array.isArray(read) && read.length <= 1 ? (read as unknown[])[0] : read;
  return one ?? null;
};

const isLink = (value: unknown): boolean =>
  isObject(value) &&
  Object.keys(value).length === 2 &&
  isText(value['title'], 1_000) &&
  isText(value['url'], 4_000);

const PLAIN: ReadonlySet<unknown> = new Set(['error', 'title_blacklisted']);
const WITH_LINKS: ReadonlySet<unknown> = new Set([
  'duplicate',
  'duplicated_sdc_updated',
  'duplicated_sdc_not_updated',
]);

export const isStructuredError = (value: unknown): value is StructuredError => {
  if (!isObject(value) || !isText(value['message'], MAX_MESSAGE)) return false;
  const members = Object.keys(value).length;
  if (PLAIN.has(value['type'])) return members === 2;
  const { links } = value;
  return WITH_LINKS.has(value['type']) && members === 3 && Array.isArray(links) && links.every(isLink);
};

/** An error as it is kept; other text becomes the message of an ordinary one. */
export const readError = (value: unknown): unknown => {
  const text = readOptionalText(value);
  const read = fromText(text);
  return typeof text === 'string' && !isObject(read) && isText(text, MAX_MESSAGE) && read !== null
    ? { type: 'error', message: text }
    : read;
};
