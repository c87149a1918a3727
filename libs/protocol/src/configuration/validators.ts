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

/** `id:base64(32 bytes)`, comma separated, each id once. */
export const IsKeyRing = (): PropertyDecorator =>
  rule('isKeyRing', 'must be set to id:base64 pairs of 32-byte keys, comma separated', (value) => {
    if (typeof value !== 'string') return false;
    const pairs = value.split(',').map((pair) => /^\s*([\w.-]+):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(pair));
    const ids = new Set(pairs.map((pair) => pair?.[1]));
    return (
      ids.size === pairs.length &&
      pairs.every((pair) => pair !== null && Buffer.from(pair[2] ?? '', 'base64').length === 32)
    );
  });
