import { DomainError } from '#app/protocol';
import { Injectable, Param, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';

const DECIMAL = /^[1-9]\d{0,15}$/;
const MAX_ID = Number.MAX_SAFE_INTEGER;

/** Decimal text of a positive id → number. @throws DomainError VALIDATION_FAILED naming the parameter */
@Injectable()
export class IdPipe implements PipeTransform<unknown, number> {
  transform(value: unknown, { data }: Pick<ArgumentMetadata, 'data'>): number {
    const id = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : NaN;
    if (!(id <= MAX_ID)) {
      const field = data ?? 'id';
      throw new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', {
        [field]: [`${field} must be a positive decimal number of at most ${MAX_ID}`],
      });
    }
    return id;
  }
}

/** The id in the path, as a number. @throws DomainError VALIDATION_FAILED when it is none */
export const IdParam =
  (name = 'id'): ParameterDecorator =>
  (target, key, index) => {
    Param(name, IdPipe)(target, key, index);
    const method = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || method === undefined) throw new Error('@IdParam() belongs on a method');
    ApiParam({ name, schema: { type: 'integer', minimum: 1, maximum: MAX_ID } })(target, key, method);
  };
