import { DomainError } from '#app/protocol';
import { Injectable, Param, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';

const USERID = /^[1-9]\d{0,19}$/;

/** The id of a person's central account, which stays text. @throws DomainError VALIDATION_FAILED naming the parameter */
@Injectable()
export class UseridPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, { data = 'id' }: Pick<ArgumentMetadata, 'data'>): string {
    if (typeof value === 'string' && USERID.test(value)) return value;
    throw new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', {
      [data]: [`${data} must be a decimal number`],
    });
  }
}

/** The id of a person in the path. @throws DomainError VALIDATION_FAILED when it is none */
export const UseridParam =
  (name: string): ParameterDecorator =>
  (target, key, index) => {
    Param(name, UseridPipe)(target, key, index);
    const method = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || method === undefined) throw new Error('@UseridParam() belongs on a method');
    ApiParam({ name, schema: { type: 'string', pattern: USERID.source } })(target, key, method);
  };
