import { ValidateIf } from 'class-validator';

/** The field may be left out. Null is refused, unlike with class-validator's IsOptional: nothing but absence means absent. */
export const OrAbsent = (): PropertyDecorator =>
  ValidateIf((_fields: object, value: unknown) => value !== undefined);
