import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { DomainError, RefusedError, TemporaryError } from '#app/protocol';
import { currentRequestId } from '../http/request-context.js';
import type { Connection } from './connection.js';

const logger = new Logger('WebSocket');

/**
 * Answers with `ERROR`. Our own errors and the upstreams' are sentences for people already; anything else is a fault
 * of ours: the person gets an id to quote, the log gets the rest.
 */
export const reportError = (connection: Connection, error: unknown, doing: string): void => {
  if (error instanceof DomainError || error instanceof RefusedError || error instanceof TemporaryError) {
    connection.send({ type: 'ERROR', data: error.message });
    return;
  }
  const id = currentRequestId() ?? randomUUID();
  logger.error({ message: `${doing} failed, request ${id}`, error });
  connection.send({
    type: 'ERROR',
    data: `Something went wrong on the server. Please quote ${id} when you report it.`,
  });
};
