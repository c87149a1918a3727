import { DomainError } from '#app/protocol';

/** A storage does not answer or refuses. The message says why and is fit to show; it never holds credentials. */
export class StorageUnreachableError extends DomainError {
  constructor(
    message: string,
    /** Whether the same call may succeed later without anybody changing the storage. */
    readonly isTemporary: boolean,
    options?: ErrorOptions,
  ) {
    super('STORAGE_UNREACHABLE', message, undefined, options);
  }
}
