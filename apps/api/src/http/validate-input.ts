import { DomainError } from '#app/protocol';
import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { findOddField } from './find-odd-field.js';

function listMessages(errors: readonly ValidationError[], path: string): [string, string[]][] {
  return errors.flatMap(({ property, constraints, children }) => {
    const field = path === '' ? property : `${path}.${property}`;
    const own: [string, string[]][] = constraints ? [[field, Object.values(constraints)]] : [];
    return [...own, ...listMessages(children ?? [], field)];
  });
}

/** class-validator's findings as field → messages. */
export function toValidationFailure(errors: readonly ValidationError[]): DomainError {
  return new DomainError(
    'VALIDATION_FAILED',
    'Some fields are not valid.',
    Object.fromEntries(listMessages(errors, '')),
  );
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Checks every body, query and parameter against its DTO; unknown fields are refused, and so is a body that is no JSON object. */
class InputPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isDto = metadata.type === 'body' && metadata.metatype !== undefined && this.toValidate(metadata);
    if (isDto && metadata.data === undefined && !isObject(value)) {
      throw new DomainError('VALIDATION_FAILED', 'A JSON object is needed as the body.', {
        body: ['must be a JSON object, with Content-Type: application/json'],
      });
    }
    const odd = isDto || metadata.type === 'query' ? findOddField(value) : null;
    if (odd !== null) {
      throw new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', {
        [odd.field]: [odd.message],
      });
    }
    // Nest would read '0x10' and ' 16' as a number too: what the path's parameters are is for their own pipes to say.
    if (metadata.type === 'param' && metadata.metatype === Number) return Promise.resolve(value);
    return super.transform(value, metadata);
  }
}

export const createValidationPipe = (): ValidationPipe =>
  new InputPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: toValidationFailure,
  });
