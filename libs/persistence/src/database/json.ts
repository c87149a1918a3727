/** Reads a JSON column: MariaDB's driver gives text where MySQL's gives the value. */
export const fromJson = <T extends object>(column: string | T | null): T | null =>
  typeof column === 'string' ? (JSON.parse(column) as T) : column;

export const toJson = (value: object | null | undefined): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);
