/** Typed reads from a decoded JSON value that nobody has checked yet; a field of another type counts as absent. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;

export const readObject = (from: JsonObject | undefined, key: string): JsonObject | undefined =>
  asObject(from?.[key]);

export function readText(from: JsonObject | undefined, key: string): string | undefined {
  const value = from?.[key];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Ids arrive as text or as numbers. */
export function readId(from: JsonObject | undefined, key: string): string | undefined {
  const value = from?.[key];
  return typeof value === 'number' ? String(value) : readText(from, key);
}

export function readNumber(from: JsonObject | undefined, key: string): number | undefined {
  const value = from?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function readList(from: JsonObject | undefined, key: string): readonly unknown[] {
  const value = from?.[key];
  return Array.isArray(value) ? value : [];
}
