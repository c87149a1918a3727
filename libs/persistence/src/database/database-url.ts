export interface DatabaseAddress {
  host?: string;
  port?: number;
  socketPath?: string;
  username: string;
  password: string;
  database: string;
}

const PROTOCOLS = new Set(['mysql:', 'mariadb:']);

/**
 * Reads `mysql://user:password@host:port/name` or `mysql://user@localhost/name?socketPath=/path`.
 * @throws Error that never quotes the value
 */
export function parseDatabaseUrl(value: string): DatabaseAddress {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !PROTOCOLS.has(url.protocol)) {
    throw new Error('DATABASE_URL must look like mysql://user:password@host:port/name');
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!database) throw new Error('DATABASE_URL must name a database');
  const socketPath = url.searchParams.get('socketPath');
  return {
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
    ...(socketPath ? { socketPath } : { host: url.hostname, port: url.port ? Number(url.port) : 3306 }),
  };
}
