import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

// "apache2-" keeps apt from choosing Apache for MediaWiki's dependency on a web server; the smallest one fills it.
const PACKAGES = [
  'mediawiki',
  'micro-httpd',
  'php-cli',
  'php-cgi',
  'php-sqlite3',
  'php-gd',
  'php-curl',
  'apache2-',
];
const INSTALL_TIMEOUT_MS = 10 * 60_000;

async function isInstalled(mediawiki: string): Promise<boolean> {
  try {
    await access(`${mediawiki}/maintenance/install.php`);
    const { stdout } = await run('php', ['-m']);
    return ['pdo_sqlite', 'gd', 'mbstring'].every((name) => stdout.includes(name));
  } catch {
    // No PHP, or no MediaWiki: that is the answer.
    return false;
  }
}

/** Why MediaWiki cannot run here, after trying to install it with apt; null if it can. */
export async function whyPackagesAreMissing(mediawiki: string): Promise<string | null> {
  if (await isInstalled(mediawiki)) return null;
  if (process.getuid?.() !== 0)
    return `MediaWiki and PHP are not installed, and only root may install them: apt-get install ${PACKAGES.join(' ')}`;
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env, timeout: INSTALL_TIMEOUT_MS });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], {
      env,
      timeout: INSTALL_TIMEOUT_MS,
    });
  } catch (error) {
    return `MediaWiki could not be installed: ${error instanceof Error ? error.message : String(error)}`;
  }
  return (await isInstalled(mediawiki)) ? null : 'MediaWiki was installed but its PHP modules are missing';
}
