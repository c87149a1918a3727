import type { ServiceErrorCode } from './generated/messages.js';

/** What can keep this client itself from doing what it is asked. */
export const CLIENT_ERROR_CODES = [
  /** The server answered with `ERROR`; the message is its sentence. */
  'REFUSED',
  /** No answer came in time. */
  'TIMEOUT',
  /** The connection was lost before the answer, and asking again could do it twice. */
  'DISCONNECTED',
  /** The session or the API token has ended or is not valid, or the server wants this client no more: it does not reconnect. */
  'SESSION_ENDED',
  /** The caller's AbortSignal, or `close()`. */
  'ABORTED',
  /** Another subscription of the same kind took its place: a connection has one of each. */
  'REPLACED',
  /** Too many requests wait for a connection. */
  'TOO_MANY_WAITING',
  /** The message is larger than a server takes. */
  'TOO_LARGE',
  /** The server sent what is not of the protocol. */
  'MALFORMED',
] as const;
export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number];

/** A failure of a request, a subscription or the connection. The message is fit to show to a person. */
export class CuratorError extends Error {
  override readonly name = 'CuratorError';

  constructor(
    readonly code: ClientErrorCode | ServiceErrorCode,
    message: string,
    /** REST: what the server's error has in `details`. The close code of a connection that the server ended. */
    readonly details?: Readonly<Record<string, unknown>>,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const aborted = (signal?: AbortSignal): CuratorError =>
  new CuratorError('ABORTED', 'This was aborted.', undefined, { cause: signal?.reason });
