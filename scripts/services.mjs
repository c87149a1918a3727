import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isAlive } from './lock.mjs';
import { atInterrupt } from './processes.mjs';
import { Failure, ROOT } from './root.mjs';
import { ensurePrograms } from './service-programs.mjs';

const KEEPER = join(ROOT, 'scripts', 'keep-services.mjs');

/**
 * Starts an own MariaDB and an own Redis on Unix sockets, in a new folder that goes when they stop.
 * A keeper process holds them: it stops them when `stop` is called and also when this process ends in any way.
 * @param {{ folder: string, mariadb?: boolean, redis?: number, cluster?: number, durable?: boolean, database?: string }} options
 *   folder: where the new folder is made; redis: how many; cluster: nodes of one more Redis; durable: each commit reaches the disk;
 *   database: the name of one to create
 * @returns {Promise<{ folder: string, databaseUrl: (name: string) => string, redisUrls: string[], clusterUrl: string, stop: () => Promise<void> }>}
 * @throws Failure when a program is missing or does not start
 */
export async function startServices({
  folder,
  mariadb = true,
  redis = 1,
  cluster = 0,
  durable = false,
  database,
}) {
  await ensurePrograms([
    ...(mariadb ? ['mariadbd', 'mariadb-install-db'] : []),
    ...(redis + cluster > 0 ? ['redis-server'] : []),
  ]);
  await mkdir(folder, { recursive: true });
  await removeLeftBehind(folder);
  const own = await mkdtemp(join(folder, 'services-'));
  const keeper = spawn(
    process.execPath,
    [KEEPER, JSON.stringify({ folder: own, mariadb, redis, cluster, durable, database })],
    {
      detached: true, // Ctrl-C is for us: the services stop after those who use them
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const ended = once(keeper, 'exit');
  const stop = async () => {
    keeper.stdin.end();
    await ended;
    release();
  };
  const release = atInterrupt(stop);
  const line = await readFirstLine(keeper.stdout);
  if (line === null) throw new Failure('The services did not start, see above.');
  const { mysqlSocket, redisSockets, clusterPorts } = JSON.parse(line);
  return {
    folder: own,
    databaseUrl: (name) => `mysql://root@localhost/${name}?socketPath=${encodeURIComponent(mysqlSocket)}`,
    redisUrls: redisSockets.map((socket) => `redis+unix://${socket}`),
    clusterUrl: clusterPorts.map((port) => `redis://127.0.0.1:${port}`).join(','),
    stop,
  };
}

/** The folder for services that nobody needs to find. */
export const temporaryFolder = () => join(tmpdir(), `curator-${process.getuid?.() ?? 'user'}`);

async function readFirstLine(stream) {
  for await (const line of createInterface({ input: stream })) return line;
  return null;
}

/** Clears folders whose keeper was killed before it could. */
async function removeLeftBehind(folder) {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('services-')) continue;
    const pid = await readFile(join(folder, name, 'keeper.pid'), 'utf8').catch(() => null);
    if (pid !== null && !isAlive(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}
