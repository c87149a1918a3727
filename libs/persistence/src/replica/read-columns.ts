const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;
/** So many digits of base 36 make a number that is exact. */
const EXACT_DIGITS = 10;
const SHA1_HEX = 40;

/** A moment as MediaWiki has it, YYYYMMDDHHMMSS in UTC. Null for anything else. */
export function readTimestamp(column: Buffer | string | null): Date | null {
  const parts = TIMESTAMP.exec(column?.toString() ?? '');
  if (parts === null) return null;
  const [year = 0, month = 0, ...rest] = parts.slice(1).map(Number);
  const moment = new Date(Date.UTC(year, month - 1, ...rest));
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/** A SHA-1 as MediaWiki has it, in base 36 → 40 hexadecimal digits. Empty where the wiki hides it. */
export function readSha1(column: Buffer | string): string {
  const text = column.toString();
  if (!/^[0-9a-z]+$/.test(text)) return '';
  let value = 0n;
  for (let start = 0; start < text.length; start += EXACT_DIGITS) {
    const part = text.slice(start, start + EXACT_DIGITS);
    value = value * 36n ** BigInt(part.length) + BigInt(Number.parseInt(part, 36));
  }
  return value.toString(16).padStart(SHA1_HEX, '0');
}

/** A title of the tables → with blanks. */
export const readTitle = (column: Buffer): string => column.toString().replaceAll('_', ' ');

/** A title → as the tables have it. */
export const toTitleColumn = (title: string): Buffer => Buffer.from(title.replaceAll(' ', '_'));
