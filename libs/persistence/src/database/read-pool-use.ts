/** Connections of a pool, and statements that wait for one. */
export interface PoolUse {
  used: number;
  idle: number;
  waiting: number;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const lengthOf = (value: unknown): number => Number(field(value, 'length') ?? Number.NaN);

/** mysql2 tells of its pool by its own fields alone. @param driver TypeORM's @returns NaN for what is not told any more */
export function readPoolUse(driver: unknown): PoolUse {
  const pool = field(driver, 'pool');
  const idle = lengthOf(field(pool, '_freeConnections'));
  return {
    used: lengthOf(field(pool, '_allConnections')) - idle,
    idle,
    waiting: lengthOf(field(pool, '_connectionQueue')),
  };
}
