/** npm run fuzz: installs, builds, starts MariaDB and Redis in a temporary folder, and sends what nobody should; see test/generated/fuzz/main.ts for its words. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { main, run } from './processes.mjs';
import { isMain, ROOT } from './root.mjs';
import { startServices, temporaryFolder } from './services.mjs';

async function fuzz() {
  await ensureInstalled();
  await ensureBuilt();
  const services = await startServices({ folder: temporaryFolder() });
  try {
    const env = {
      ...process.env,
      TEST_DATABASE_URL: services.databaseUrl('curator_fuzz'),
      TEST_REDIS_URL: services.redisUrls[0],
    };
    const program = join(ROOT, 'dist', 'test', 'generated', 'fuzz', 'main.js');
    const { code } = await run(
      [process.execPath, '--enable-source-maps', program, ...process.argv.slice(2)],
      {
        cwd: ROOT,
        env,
        ipc: true,
      },
    );
    return code;
  } finally {
    await services.stop();
  }
}

if (isMain(import.meta.url)) await main(fuzz);
