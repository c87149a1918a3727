import { createConnection } from 'mysql2/promise';
import { randomBytes } from 'node:crypto';

export interface TestDatabase {
  /** As DATABASE_URL wants it. */
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * A new, empty database on the server of TEST_DATABASE_URL, whose user may create databases.
 * @throws Error where no server is named: `npm test` starts one
 */
export async function createDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('TEST_DATABASE_URL is not set: run the specs with npm test');
  const name = `curator_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await execute(server, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => execute(server, `DROP DATABASE \`${name}\``) };
}

async function execute(server: string, statement: string): Promise<void> {
  const url = new URL(server);
  const socketPath = url.searchParams.get('socketPath');
  const connection = await createConnection({
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(socketPath === null ? { host: url.hostname, port: Number(url.port || 3306) } : { socketPath }),
  });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
