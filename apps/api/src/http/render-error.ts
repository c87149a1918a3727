import { findStoreAway } from '#app/persistence';
import {
  DomainError,
  ERROR_STATUS,
  RefusedError,
  TemporaryError,
  type ErrorCode,
  type ErrorDetails,
} from '#app/protocol';
import { HttpException } from '@nestjs/common';

/** The one shape of every error on REST. */
export interface ErrorBody {
  error_code: ErrorCode;
  http_status: number;
  error_msg: string;
  /** Who asked, or null without a session. */
  x_user: string | null;
  request_id: string;
  details?: ErrorDetails;
  /** The same as `error_msg`, for older clients. */
  detail: string;
}

export interface RenderedError {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: ErrorBody;
  /** A fault of ours, to be logged with its cause. */
  isBug: boolean;
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'VALIDATION_FAILED',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'STATE_CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'VALIDATION_FAILED',
  429: 'RATE_LIMITED',
  503: 'NOT_READY',
};

const GENERIC: Readonly<Partial<Record<ErrorCode, string>>> = {
  NOT_FOUND: 'There is nothing at this address.',
  PAYLOAD_TOO_LARGE: 'The body is too large.',
  VALIDATION_FAILED: 'The request could not be read.',
};

function statusOfHttpError(error: object): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  // The body parsers throw http-errors, see https://github.com/expressjs/body-parser#errors
  return 'expose' in error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}

const STORE_AWAY = {
  database: {
    code: 'DATABASE_UNAVAILABLE',
    message: 'The database does not answer. Please try again in a moment.',
  },
  redis: { code: 'NOT_READY', message: 'Redis does not answer. Please try again in a moment.' },
} as const;

const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));

function toDomainError(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  if (error instanceof TemporaryError) {
    const code = error.code === 'timeout' ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNAVAILABLE';
    const details =
      error.retryAfterMs === undefined ? undefined : { retry_after_seconds: seconds(error.retryAfterMs) };
    return new DomainError(code, error.message, details);
  }
  if (error instanceof RefusedError) return new DomainError('UPSTREAM_FAILED', error.message);
  if (typeof error !== 'object' || error === null) return null;
  const away = findStoreAway(error);
  if (away !== null) return new DomainError(STORE_AWAY[away].code, STORE_AWAY[away].message);
  const status = statusOfHttpError(error);
  if (status === undefined || status === 500) return null;
  const code = BY_STATUS[status] ?? (status < 500 ? 'VALIDATION_FAILED' : 'INTERNAL');
  return new DomainError(code, GENERIC[code] ?? (error instanceof Error ? error.message : code));
}

function retryHeaders(details: ErrorDetails | undefined): Record<string, string> {
  const wait = details?.['retry_after_seconds'];
  return typeof wait === 'number' ? { 'Retry-After': String(Math.ceil(wait)) } : {};
}

/** Any thrown value → the answer that a client gets. What is not ours to explain becomes `INTERNAL` without internals. */
export function renderError(
  error: unknown,
  request: { requestId: string; userid: string | null },
): RenderedError {
  const domain = toDomainError(error);
  const { code, message, details } =
    domain ??
    new DomainError('INTERNAL', 'Something went wrong on our side. Please report it with the request id.');
  const status = ERROR_STATUS[code];
  return {
    status,
    headers: retryHeaders(details),
    isBug: domain === null || code === 'INTERNAL',
    body: {
      error_code: code,
      http_status: status,
      error_msg: message,
      x_user: request.userid,
      request_id: request.requestId,
      ...(details === undefined ? {} : { details }),
      detail: message,
    },
  };
}
