import { DomainError, RefusedError } from '#app/protocol';
import { StorageUnreachableError } from './storage-unreachable.js';

interface Reason {
  message: string;
  isTemporary: boolean;
}

const lasting = (message: string): Reason => ({ message, isTemporary: false });
const passing = (message: string): Reason => ({ message, isTemporary: true });

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const REASONS: Readonly<Record<string, Reason>> = {
  InvalidAccessKeyId: lasting('The storage does not know the access key.'),
  SignatureDoesNotMatch: lasting('The storage does not accept the secret of the access key.'),
  AccessDenied: lasting('The access key may not do this in the bucket.'),
  AllAccessDisabled: lasting('The access key may not do this in the bucket.'),
  NoSuchBucket: lasting('The storage has no such bucket.'),
  PermanentRedirect: lasting('The bucket is at another endpoint or in another region.'),
  AuthorizationHeaderMalformed: lasting('The bucket is in another region.'),
  RequestTimeTooSkewed: lasting('The clock of this server or of the storage is wrong.'),
  NotImplemented: lasting('The storage cannot do what is needed.'),
  SlowDown: passing('The storage is overloaded.'),
  ServiceUnavailable: passing('The storage is overloaded.'),
  TimeoutError: passing('The storage does not answer in time.'),
  ETIMEDOUT: passing('The storage does not answer in time.'),
  ENOTFOUND: passing('The host of the storage is not known.'),
  EAI_AGAIN: passing('The host of the storage cannot be looked up now.'),
  ECONNREFUSED: passing('The storage refuses connections.'),
  ECONNRESET: passing('The storage broke off the connection.'),
  EPIPE: passing('The storage broke off the connection.'),
  EHOSTUNREACH: passing('The host of the storage cannot be reached.'),
  ENETUNREACH: passing('The host of the storage cannot be reached.'),
};

const BY_STATUS: Readonly<Record<number, Reason>> = {
  301: lasting('The bucket is at another endpoint or in another region.'),
  401: lasting('The storage does not accept the access key.'),
  403: lasting('The access key may not do this in the bucket, or is wrong.'),
  404: lasting('The storage has no such bucket.'),
  503: passing('The storage is overloaded.'),
};

const isObject = (error: unknown): error is object => typeof error === 'object' && error !== null;

const WORD = /^\w{1,64}$/;
const word = (value: unknown): string => (typeof value === 'string' && WORD.test(value) ? value : '');

/** What the SDK tells of an error, in words of known form: texts of the storage could repeat a key or a signature. */
function factsOf(error: object): { name: string; code: string; status: number | undefined } {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return {
    name: word('name' in error ? error.name : ''),
    code: word('code' in error ? error.code : ''),
    status: typeof status === 'number' ? status : undefined,
  };
}

const has = (error: unknown, names: readonly string[]): boolean =>
  isObject(error) && names.includes(factsOf(error).name);

export const isMissing = (error: unknown): boolean => has(error, ['NoSuchKey', 'NotFound', 'NoSuchUpload']);

export const isRangeBehindEnd = (error: unknown): boolean =>
  has(error, ['InvalidRange']) || (isObject(error) && factsOf(error).status === 416);

/** Why a storage could not do it, in a sentence; what is no failure of a storage stays as it is. */
export function asStorageFailure(error: unknown): unknown {
  if (error instanceof DomainError || !isObject(error)) return error;
  if (error instanceof RefusedError) return new StorageUnreachableError(error.message, false);
  const { name, code, status } = factsOf(error);
  const isOfRequest = '$metadata' in error || code !== '' || name === 'TimeoutError';
  if (name === 'AbortError' || !isOfRequest) return error;
  const known = REASONS[name] ?? REASONS[code] ?? (status === undefined ? undefined : BY_STATUS[status]);
  const reason = known ?? {
    message: /CERT|TLS|SSL/.test(code)
      ? 'The certificate of the storage is not valid.'
      : status === undefined
        ? 'The storage could not be asked.'
        : 'The storage answered with an error.',
    isTemporary: status === undefined || status >= 500,
  };
  const facts = [name === 'Error' ? '' : name, code, status && `HTTP ${status}`].filter(Boolean).join(', ');
  return new StorageUnreachableError(
    facts === '' ? reason.message : `${reason.message} (${facts})`,
    reason.isTemporary,
  );
}
