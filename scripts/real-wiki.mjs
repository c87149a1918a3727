import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { atInterrupt, run } from './processes.mjs';
import { ROOT } from './root.mjs';

const SOURCE = join(ROOT, 'test', 'realwiki');

/**
 * Starts a real MediaWiki in a folder of its own (`test/realwiki/up.sh` installs it where it can), for the tier that uploads to one.
 * @returns {Promise<{ environment: Record<string, string>, stop: () => Promise<void>, problem?: string }>} problem: why there is none
 */
export async function startRealWiki() {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'curator-wiki-'));
  await cp(SOURCE, folder, { recursive: true });
  const port = await findFreePort();
  const environment = {
    REALWIKI_ROOT: folder,
    REALWIKI_DATA: join(folder, 'data'),
    REALWIKI_PORT: String(port),
    REALWIKI_URL: `http://127.0.0.1:${port}`,
  };
  const env = { ...process.env, ...environment };
  const stop = async () => {
    await run(['bash', join(folder, 'down.sh')], { env, quiet: true });
    await rm(folder, { recursive: true, force: true });
    forget();
  };
  const forget = atInterrupt(stop);
  console.log('Starting a real MediaWiki (installed with apt-get where it is missing) …');
  const { code, output } = await run(['bash', join(folder, 'up.sh')], { env, quiet: true });
  if (code === 0) return { environment, stop };
  await stop();
  return {
    environment: {},
    stop: async () => {},
    problem: `no real MediaWiki could be started here:\n${output.trimEnd()}`,
  };
}

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
