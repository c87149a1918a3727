import type { DerivedValue, Environment } from './variable.js';

/** Variables of older deployments that nothing reads any more. */
export const UNUSED_VARIABLES: Readonly<Record<string, string>> = {
  SESSION_SECRET_KEY: 'has no effect any more: sessions are random tokens kept in Redis.',
};

const replaced = (older: string, newer: string): string =>
  `${older} is an older name and will go away: set ${newer}.`;

/**
 * The tool database of a Toolforge account. The older tool owns `<user>__curator`, with tables of the same names.
 * @see https://wikitech.wikimedia.org/wiki/Help:Toolforge/ToolsDB
 */
export function toolsDatabase(environment: Environment): DerivedValue | null {
  const { TOOL_TOOLSDB_USER: user, TOOL_TOOLSDB_PASSWORD: password } = environment;
  if (!user || !password) return null;
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return { text: `mysql://${credentials}@tools.db.svc.wikimedia.cloud:3306/${user}__curator_nest` };
}

export function olderRedis(environment: Environment): DerivedValue | null {
  const { REDIS_HOST: host, REDIS_PORT: port, REDIS_PASSWORD: password } = environment;
  if (!host) return null;
  const credentials = password ? `:${encodeURIComponent(password)}@` : '';
  return {
    text: `redis://${credentials}${host}:${port || '6379'}`,
    deprecation: replaced('REDIS_HOST', 'REDIS_URL'),
  };
}

/** The one key of older deployments, base64 in its URL-safe form. */
export function olderKey(environment: Environment): DerivedValue | null {
  const key = environment['TOKEN_ENCRYPTION_KEY'];
  if (!key) return null;
  const base64 = key.trim().replaceAll('-', '+').replaceAll('_', '/');
  return { text: `older:${base64}`, deprecation: replaced('TOKEN_ENCRYPTION_KEY', 'TOKEN_ENCRYPTION_KEYS') };
}

export function olderConcurrency(environment: Environment): DerivedValue | null {
  const count = environment['CELERY_CONCURRENCY'];
  return count ? { text: count, deprecation: replaced('CELERY_CONCURRENCY', 'UPLOAD_CONCURRENCY') } : null;
}
