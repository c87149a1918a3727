import { DomainError, RefusedError, type StructuredError } from '#app/protocol';

/** What speaks against a row, or is only worth knowing. */
export interface RowProblem {
  code: string;
  message: string;
}

/** What the cell of a row is refused for. */
export class RowRefused extends Error implements RowProblem {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'RowRefused';
  }
}

/** A refusal as a row tells it. @throws what is none */
export function toRowProblem(error: unknown): RowProblem {
  if (error instanceof RowRefused || error instanceof RefusedError || error instanceof DomainError) {
    return { code: error.code, message: error.message };
  }
  throw error;
}

/** Errors of uploads have their code in front of their message. */
export function splitProblem({ type, message }: StructuredError): RowProblem {
  const [, code, rest] = /^([a-z][\w-]*): (.+)$/s.exec(message) ?? [];
  return code !== undefined && rest !== undefined ? { code, message: rest } : { code: type, message };
}
