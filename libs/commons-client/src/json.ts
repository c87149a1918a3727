export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member as an object; an empty one when it is absent or something else (PHP writes an empty map as `[]`). */
export const objectAt = (from: unknown, key: string): JsonObject => {
  const value = isObject(from) ? from[key] : undefined;
  return isObject(value) ? value : {};
};

/** The member as a list. PHP's lists with gaps arrive as objects: their values count. */
export const listAt = (from: unknown, key: string): readonly unknown[] => {
  const value = isObject(from) ? from[key] : undefined;
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
};

export const textAt = (from: unknown, key: string): string | undefined => {
  const value = isObject(from) ? from[key] : undefined;
  return typeof value === 'string' ? value : undefined;
};

export const textsAt = (from: unknown, key: string): string[] =>
  listAt(from, key).filter((value) => typeof value === 'string');

/** The member as a finite number; numbers in text count. */
export const numberAt = (from: unknown, key: string): number | undefined => {
  const value = isObject(from) ? from[key] : undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
};

/** MediaWiki's booleans: `true`, or present and empty in its older format. */
export const flagAt = (from: unknown, key: string): boolean => {
  const value = isObject(from) ? from[key] : undefined;
  return value === true || value === '';
};
