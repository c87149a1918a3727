import { ValidateBy } from 'class-validator';

const rule = (name: string, message: string, accepts: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name, validator: { validate: accepts, defaultMessage: () => message } });

function hasProtocol(value: unknown, protocols: readonly string[]): boolean {
  return typeof value === 'string' && URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

/** An absolute `http://` or `https://` address. */
export const IsHttpAddress = (): PropertyDecorator =>
  rule('isHttpAddress', 'must be an http:// or https:// address', (value) =>
    hasProtocol(value, ['http:', 'https:']),
  );

/** A list of origins, `https://host[:port]`. */
export const IsOriginList = (): PropertyDecorator =>
  rule(
    'isOriginList',
    'must be a comma-separated list of origins like https://example.org',
    (value) =>
      Array.isArray(value) &&
      value.every(
        (origin) => hasProtocol(origin, ['http:', 'https:']) && new URL(String(origin)).origin === origin,
      ),
  );

/** `mysql://user:password@host:port/name` or `mysql://user@localhost/name?socketPath=/path`. */
export const IsDatabaseAddress = (): PropertyDecorator =>
  rule(
    'isDatabaseAddress',
    'must be set and look like mysql://user:password@host:port/name',
    (value) =>
      hasProtocol(value, ['mysql:', 'mariadb:']) && new URL(String(value)).pathname.replace(/^\//, '') !== '',
  );

/** `redis://…`, `rediss://…`, `redis+unix:///path`, or several nodes of a cluster with commas between them. */
export const IsRedisAddress = (): PropertyDecorator =>
  rule(
    'isRedisAddress',
    'must be set and look like redis://host:port or redis+unix:///path',
    (value) =>
      typeof value === 'string' &&
      value.split(',').every((node) => hasProtocol(node.trim(), ['redis:', 'rediss:', 'redis+unix:'])),
  );

const withoutPadding = (base64: string): string => base64.replace(/=+$/, '');

function isKey(base64: string): boolean {
  const key = Buffer.from(base64, 'base64');
  return key.length === 32 && withoutPadding(key.toString('base64')) === withoutPadding(base64);
}

/** `id:base64(32 bytes)`, comma separated, each id once, of at most 32 letters, digits, `_` and `-`. Padding may be left out. */
export const IsKeyRing = (): PropertyDecorator =>
  rule('isKeyRing', 'must be set to id:base64 pairs of 32-byte keys, comma separated', (value) => {
    if (typeof value !== 'string') return false;
    const pairs = value.split(',').map((pair) => /^([\w-]{1,32}):([^:]+)$/.exec(pair.trim()));
    const ids = new Set(pairs.map((pair) => pair?.[1]));
    return ids.size === pairs.length && pairs.every((pair) => isKey(pair?.[2] ?? ''));
  });
