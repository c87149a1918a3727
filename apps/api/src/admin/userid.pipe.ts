import { DomainError } from '#app/protocol';
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';

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
