/** Every code that an error of this service can carry, with the HTTP status it has on REST. */
export const ERROR_STATUS = {
  VALIDATION_FAILED: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BATCH_NOT_FOUND: 404,
  UPLOAD_NOT_FOUND: 404,
  PRESET_NOT_FOUND: 404,
  USER_NOT_FOUND: 404,
  TOKEN_NOT_FOUND: 404,
  COLLECTION_NOT_FOUND: 404,
  CATEGORY_NOT_FOUND: 404,
  IMPORT_NOT_FOUND: 404,
  IMPORT_EXPIRED: 404,
  RECATEGORIZATION_NOT_FOUND: 404,
  EXPORT_NOT_FOUND: 404,
  EXPORT_EXPIRED: 404,
  STORAGE_NOT_FOUND: 404,
  SCHEDULE_NOT_FOUND: 404,
  RUN_NOT_FOUND: 404,
  NOTIFICATION_NOT_FOUND: 404,
  QUOTA_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  STATE_CONFLICT: 409,
  CATEGORY_REDIRECT_INVALID: 409,
  SLICE_CONFLICT: 409,
  KEY_CONFLICT: 409,
  TOKEN_CONFLICT: 409,
  STORAGE_CONFLICT: 409,
  SCHEDULE_CONFLICT: 409,
  QUOTA_CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  QUOTA_EXCEEDED: 429,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UPSTREAM_FAILED: 502,
  STORAGE_UNREACHABLE: 502,
  UPSTREAM_UNAVAILABLE: 503,
  UPSTREAM_TIMEOUT: 504,
  NOT_CONFIGURED: 503,
  NOT_READY: 503,
  OVERLOADED: 503,
  DATABASE_UNAVAILABLE: 503,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;

export const ERROR_CODES: readonly ErrorCode[] = Object.keys(ERROR_STATUS).filter(isErrorCode);

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_STATUS, code);
}

/** Facts about an error that a client can act on, e.g. `{ retry_after_seconds: 30 }` or field → messages. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** A request that this service declines for a reason of its own. The message is fit to show to a person and tells no internals. */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: ErrorDetails,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DomainError';
  }

  get httpStatus(): number {
    return ERROR_STATUS[this.code];
  }
}
