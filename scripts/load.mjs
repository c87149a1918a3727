/** npm run load: installs, builds, starts MariaDB and Redis in a temporary folder, and has many clients watch; see test/load/options.ts for its words. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { main, run } from './processes.mjs';
import { Failure, isMain, ROOT } from './root.mjs';
import { startServices, temporaryFolder } from './services.mjs';

async function load() {
  await ensureInstalled();
  await ensureBuilt();
  await checkWords();
  const services = await startServices({ folder: temporaryFolder(), durable: true });
  try {
    const env = {
      ...process.env,
      TMPDIR: services.folder, // all that it leaves goes with the services
      TEST_DATABASE_URL: services.databaseUrl('curator_load'),
      TEST_REDIS_URL: services.redisUrls[0],
    };
    const program = join(ROOT, 'dist', 'test', 'load', 'main.js');
    const { code } = await run(
      [process.execPath, '--enable-source-maps', program, ...process.argv.slice(2)],
      { cwd: ROOT, env, ipc: true },
    );
    return code;
  } finally {
    await services.stop();
  }
}

/** Before anything is started. */
async function checkWords() {
  const { readOptions, USAGE } = await import('../dist/test/load/options.js');
  try {
    readOptions(process.argv.slice(2));
  } catch (error) {
    throw new Failure(`${error.message}\n\n${USAGE}`);
  }
}

if (isMain(import.meta.url)) await main(load);
