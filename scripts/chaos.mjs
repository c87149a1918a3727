/** npm run chaos: installs, builds, and uploads while everything breaks; see test/chaos/main.ts for its words. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { main, run } from './processes.mjs';
import { isMain, ROOT } from './root.mjs';
import { ensurePrograms } from './service-programs.mjs';

async function chaos() {
  await ensureInstalled();
  await ensureBuilt();
  await ensurePrograms(['mariadbd', 'mariadb-install-db', 'redis-server']);
  const program = join(ROOT, 'dist', 'test', 'chaos', 'main.js');
  const { code } = await run([process.execPath, '--enable-source-maps', program, ...process.argv.slice(2)], {
    cwd: ROOT,
    env: process.env,
    ipc: true,
  });
  return code;
}

if (isMain(import.meta.url)) await main(chaos);
