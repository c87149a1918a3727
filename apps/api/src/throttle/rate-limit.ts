/** So many calls at once, and as many again in that time; null: as many as one likes. */
export type RateLimit = { readonly calls: number; readonly seconds: number } | null;

const LIMIT = /^([1-9]\d{0,8})\/([1-9]\d{0,5})$/;

/** `60/300` or `off`; undefined for anything else. */
export function readRateLimit(text: string): RateLimit | undefined {
  if (text.toLowerCase() === 'off') return null;
  const [, calls, seconds] = LIMIT.exec(text) ?? [];
  return calls === undefined ? undefined : { calls: Number(calls), seconds: Number(seconds) };
}

export const isRateLimit = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && 'calls' in value && 'seconds' in value);
