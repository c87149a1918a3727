import { DomainError } from '#app/protocol';

export const batchNotFound = (batchid: number): DomainError =>
  new DomainError('BATCH_NOT_FOUND', `Batch ${batchid} not found`);

export const permissionDenied = (): DomainError => new DomainError('FORBIDDEN', 'Permission denied');
