import { setTimeout as sleep } from 'node:timers/promises';

/** Numbers of MariaDB's and MySQL's errors. See https://mariadb.com/kb/en/mariadb-error-code-reference/ */
export const DUPLICATE_ENTRY = 1062;
export const NO_REFERENCED_ROW = 1452;
const DEADLOCK = 1213;
const LOCK_WAIT_TIMEOUT = 1205;
const RECORD_CHANGED = 1020;

const GIVEN_UP = new Set([DEADLOCK, LOCK_WAIT_TIMEOUT, RECORD_CHANGED]);
const MAX_TRIES = 3;

/** The server's number of an error that the driver threw, or null. */
export function sqlErrorNumber(error: unknown): number | null {
  if (error instanceof Error && 'driverError' in error) return sqlErrorNumber(error.driverError);
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : null;
}

/** Runs `work` again when InnoDB gave it up in favour of somebody else. */
export async function retryOnDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const number = sqlErrorNumber(error);
      if (number === null || !GIVEN_UP.has(number) || tries === MAX_TRIES) throw error;
      await sleep(Math.random() * 20 * tries);
    }
  }
}
