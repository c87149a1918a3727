import type { JsonObject } from '../http/read-fields.js';

/** Flickr writes numbers as numbers in one method and as text in the next. */
export function readNumeric(from: JsonObject | undefined, key: string): number | undefined {
  const value = from?.[key];
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d+(?:\.\d+)?$/.test(value.trim())) return undefined;
  return Number(value);
}

/** Flags are 0 or 1, as numbers or as text. */
export const readBit = (from: JsonObject | undefined, key: string): boolean => readNumeric(from, key) === 1;
