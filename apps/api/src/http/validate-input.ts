import { DomainError } from '#app/protocol';
import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';

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

/** Checks every body, query and parameter against its DTO; unknown fields are refused. */
export const createValidationPipe = (): ValidationPipe =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: toValidationFailure,
  });
