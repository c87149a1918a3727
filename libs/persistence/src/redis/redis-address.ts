interface Access {
  username?: string;
  password?: string;
  tls?: { servername: string };
}

interface Node extends Access {
  host?: string;
  port?: number;
  path?: string;
  db?: number;
}

export type RedisAddress =
  | { kind: 'single'; options: Node }
  | { kind: 'cluster'; nodes: { host: string; port: number }[]; options: Access };

const malformed = (): Error =>
  new Error(
    'REDIS_URL must look like redis://host:6379, rediss://host, redis+unix:///path, or be a list of nodes',
  );

function parseNode(value: string): Node {
  if (!URL.canParse(value)) throw malformed();
  const url = new URL(value);
  const credentials: Access = {
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
  };
  if (url.protocol === 'redis+unix:') {
    const db = url.searchParams.get('db');
    return { path: decodeURIComponent(url.pathname), ...credentials, ...(db !== null && { db: Number(db) }) };
  }
  if ((url.protocol !== 'redis:' && url.protocol !== 'rediss:') || !url.hostname) throw malformed();
  const db = url.pathname.slice(1);
  if (!/^\d*$/.test(db)) throw malformed();
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : 6379,
    ...credentials,
    ...(db && { db: Number(db) }),
    ...(url.protocol === 'rediss:' && { tls: { servername: url.hostname } }),
  };
}

/**
 * Reads `redis://user:password@host:port/db`, `rediss://…` (TLS), `redis+unix:///path?db=n`, or the comma-separated nodes
 * of a cluster. @throws Error that never quotes the value
 */
export function parseRedisUrl(value: string): RedisAddress {
  const nodes = value.split(',').map((node) => parseNode(node.trim()));
  const [first, second] = nodes;
  if (!first) throw malformed();
  if (!second) return { kind: 'single', options: first };
  if (nodes.some(({ path, db }) => path !== undefined || db !== undefined)) {
    throw new Error('REDIS_URL: the nodes of a cluster are redis://host:port, without a database number');
  }
  const { host: _host, port: _port, ...options } = first;
  return {
    kind: 'cluster',
    nodes: nodes.map(({ host, port }) => ({ host: host ?? '', port: port ?? 6379 })),
    options,
  };
}
