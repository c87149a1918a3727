/** Reads a JSON column: MariaDB's driver gives text where MySQL's gives the value. */
export const fromJson = <T extends object>(column: string | T | null): T | null =>
  typeof column === 'string' ? (JSON.parse(column) as T) : column;

const HALF_CHARACTERS = /\p{Surrogate}/gu;

/** What the driver writes for halves of characters to columns of text; MariaDB takes no JSON that has them. */
const mendText = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(HALF_CHARACTERS, '\ufffd') : value;

export const toJson = (value: object | null | undefined): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value, mendText);
