/** Codes of mysql2, of the operating system, and of the server, for a database that is away or going. */
const AWAY = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_NORMAL_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What ioredis says when it cannot reach Redis. */
const REDIS_AWAY =
  /^(Connection is closed|Command timed out|Stream isn't writeable|Reached the max retries per request limit)/;

/** What mysql2 says, without a code, on a connection that has ended: `Can't add new command when connection is in closed state`. */
const CONNECTION_ENDED = /\bin closed state\b/;

/** Whether MariaDB or Redis could not be reached, as opposed to a statement that they refused. */
export const isStoreAway = (error: unknown): boolean => findStoreAway(error) !== null;

/** Which of them it was; null: neither. */
export function findStoreAway(error: unknown): 'database' | 'redis' | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = nextOf(cause), depth += 1) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (code !== undefined && (AWAY.has(code) || (code === 'ENOENT' && syscall === 'connect')))
      return 'database';
    if (REDIS_AWAY.test(cause.message)) return 'redis';
    if (CONNECTION_ENDED.test(cause.message)) return 'database';
  }
  return null;
}

const nextOf = (error: Error): unknown => ('driverError' in error ? error.driverError : error.cause);
