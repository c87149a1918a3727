import type { ColumnOptions } from 'typeorm';

/** An id: at most 2^53, so a JavaScript number holds it; TypeORM would give bigints as text. */
export const id: ColumnOptions = {
  type: 'bigint',
  unsigned: true,
  transformer: {
    to: (value: number | null | undefined) => value,
    from: (value: string | number | null) => (value === null ? null : Number(value)),
  },
};

/** A moment in UTC with milliseconds. */
export const moment: ColumnOptions = { type: 'datetime', precision: 3 };

export const optionalMoment: ColumnOptions = { ...moment, nullable: true };

/** As in the header of this name, see https://www.w3.org/TR/trace-context/ */
export const traceparent: ColumnOptions = { type: 'varchar', length: 55, nullable: true };
