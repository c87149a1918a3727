/** npm run demo: installs, builds, starts MariaDB and Redis unless DATABASE_URL and REDIS_URL name them, and runs the demo. */
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { main, run } from './processes.mjs';
import { isMain, ROOT } from './root.mjs';
import { startServices } from './services.mjs';

async function demo() {
  await ensureInstalled();
  await ensureBuilt();
  const { DATABASE_URL, REDIS_URL } = process.env;
  const missing = { mariadb: !DATABASE_URL, redis: REDIS_URL ? 0 : 1 };
  const services =
    missing.mariadb || missing.redis > 0
      ? await startServices({ folder: join(ROOT, '.data'), durable: true, database: 'curator', ...missing })
      : null;
  try {
    const env = {
      ...process.env,
      DATABASE_URL: DATABASE_URL || services.databaseUrl('curator'),
      REDIS_URL: REDIS_URL || services.redisUrls[0],
    };
    const program = join(ROOT, 'dist', 'test', 'demo', 'main.js');
    const { code } = await run(
      [process.execPath, '--enable-source-maps', program, ...process.argv.slice(2)],
      { cwd: ROOT, env, ipc: true },
    );
    return code;
  } finally {
    await services?.stop();
  }
}

if (isMain(import.meta.url)) await main(demo);
