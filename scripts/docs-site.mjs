/** npm run docs:site: makes a site of the Markdown files, in .data/site. Its generator is installed in docs/site, not with the rest. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { main, run } from './processes.mjs';
import { Failure, isMain, ROOT } from './root.mjs';

const SITE = join(ROOT, 'docs', 'site');

const changedAt = async (...path) =>
  (await stat(join(SITE, ...path)).catch(() => null))?.mtimeMs ?? Number.NEGATIVE_INFINITY;

async function buildSite() {
  const installedAt = await changedAt('node_modules', '.package-lock.json');
  if (installedAt < (await changedAt('package-lock.json'))) {
    console.log('Installing what makes the site (npm ci in docs/site, half a minute) …');
    const install = ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code } = await run(install, { cwd: SITE });
    if (code !== 0) throw new Failure('npm ci failed in docs/site, see above.');
  }
  const { code } = await run([process.execPath, join(SITE, 'build.mjs')], { cwd: SITE });
  return code;
}

if (isMain(import.meta.url)) await main(buildSite);
