import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, appendFile, mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { whyPackagesAreMissing } from './mediawiki-packages.js';

const run = promisify(execFile);
const MEDIAWIKI = '/usr/share/mediawiki';
const START_TIMEOUT_MS = 60_000;
const WORKERS = 6;
// Without its type a job is noticed up to 15 seconds late.
const UPLOAD_JOBS = ['AssembleUploadChunks', 'PublishStashedFile'];

export interface KeyPair {
  key: string;
  secret: string;
}

/** A MediaWiki that runs for one test file: uploads, title blacklist, OAuth 1.0a and a plain keeper of structured data. */
export interface RealWiki {
  /** `…/w/api.php` */
  apiUrl: string;
  /** `…/w/index.php` */
  indexUrl: string;
  consumer: KeyPair;
  /** Access tokens by user name: Admin, Uploader, Second uploader, Tireless bot. */
  tokens: Record<string, KeyPair>;
  /** Changes `$wg…` settings, or `lag` in seconds, for all later requests; replaces what was changed before. */
  configure: (overrides: Record<string, unknown>) => Promise<void>;
  /** Directory with MediaWiki's logs. */
  logs: string;
  stop: () => Promise<void>;
}

export interface Unavailable {
  unavailable: string;
}

/**
 * Brings up a real MediaWiki (Debian's package) on loopback from nothing, in a temporary directory in memory where there is
 * one; packages that are missing are installed with apt by root. Takes 3 to 6 seconds once they are there.
 */
export async function startRealWiki(): Promise<RealWiki | Unavailable> {
  const missing = await whyPackagesAreMissing(MEDIAWIKI);
  if (missing !== null) return { unavailable: missing };
  const home = await mkdtemp(path.join(await fastDirectory(), 'curator-wiki-'));
  const children = [await startGuarded(['--remove', home, 'sleep', 'infinity'])];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(endGroup));
    await rm(home, { recursive: true, force: true });
  };
  try {
    return await bringUp(home, children, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function bringUp(home: string, children: ChildProcess[], stop: () => Promise<void>): Promise<RealWiki> {
  const code = await codeDirectory();
  const server = `http://127.0.0.1:${await freePort()}`;
  for (const name of ['conf', 'db', 'docroot', 'entities', 'images', 'log', 'tmp'])
    await mkdir(path.join(home, name));
  await symlink(MEDIAWIKI, path.join(home, 'docroot', 'w'));
  const settings = path.join(home, 'conf', 'LocalSettings.php');
  await run('php', [
    ...[
      `${MEDIAWIKI}/maintenance/install.php`,
      '--dbtype',
      'sqlite',
      '--dbpath',
      path.join(home, 'db'),
      '--dbname',
      'commonswiki',
    ],
    ...[
      '--server',
      server,
      '--scriptpath',
      '/w',
      '--confpath',
      path.dirname(settings),
      '--lang',
      'en',
      '--skins',
      'Vector',
    ],
    ...['--extensions', 'TitleBlacklist', '--pass', 'only-for-tests-12345', 'Test wiki', 'Admin'],
  ]);
  await appendFile(settings, `\nrequire ${JSON.stringify(path.join(code, 'settings.php'))};\n`);
  const env = { ...process.env, CURATOR_WIKI_HOME: home, MW_CONFIG_FILE: settings };
  await run('php', [path.join(code, 'create-accounts.php')], { env });
  const credentials = JSON.parse(await readFile(path.join(home, 'credentials.json'), 'utf8')) as Pick<
    RealWiki,
    'consumer' | 'tokens'
  >;

  const limits = {
    upload_max_filesize: '100M',
    post_max_size: '101M',
    memory_limit: '256M',
    upload_tmp_dir: path.join(home, 'tmp'),
    display_errors: '0',
    'opcache.enable_cli': '1',
  };
  const options = Object.entries(limits).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
  const web = [
    ...options,
    '-S',
    new URL(server).host,
    '-t',
    path.join(home, 'docroot'),
    path.join(code, 'serve.php'),
  ];
  const output = path.join(home, 'log', 'server.log');
  children.push(await startGroup(web, { ...env, PHP_CLI_SERVER_WORKERS: String(WORKERS) }, output));
  for (const type of UPLOAD_JOBS) {
    const jobs = [`${MEDIAWIKI}/maintenance/runJobs.php`, '--wait', '--type', type];
    children.push(await startGroup(jobs, env, path.join(home, 'log', `jobs-${type}.log`)));
  }
  const wiki: RealWiki = {
    apiUrl: `${server}/w/api.php`,
    indexUrl: `${server}/w/index.php`,
    ...credentials,
    configure: (overrides) => writeFile(path.join(home, 'overrides.json'), JSON.stringify(overrides)),
    logs: path.join(home, 'log'),
    stop,
  };
  await untilItAnswers(wiki.apiUrl, output);
  return wiki;
}

async function untilItAnswers(apiUrl: string, output: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`${apiUrl}?action=query&meta=siteinfo&format=json`).catch(
      (error: unknown) => error,
    );
    if (answer instanceof Response && answer.ok) return;
    if (Date.now() > deadline)
      throw new Error(`MediaWiki does not answer:\n${(await readFile(output, 'utf8')).slice(-2000)}`);
    await sleep(100);
  }
}

/** Starts PHP with a guard that ends it, and the processes it forks, when we are gone. */
async function startGroup(args: string[], env: NodeJS.ProcessEnv, output: string): Promise<ChildProcess> {
  const log = await open(output, 'a');
  const child = await startGuarded(['php', ...args], { env, output: log.fd });
  await log.close();
  return child;
}

/** Starts what lives no longer than this process. */
async function startGuarded(
  command: string[],
  { env = process.env, output = 'ignore' }: { env?: NodeJS.ProcessEnv; output?: number | 'ignore' } = {},
): Promise<ChildProcess> {
  const guard = path.join(await codeDirectory(), '..', '..', 'support', 'run-with-parent.mjs');
  return spawn(process.execPath, [guard, ...command], {
    env,
    detached: true,
    stdio: ['pipe', output, output],
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  await ended;
}

/** Memory, where Linux offers it: the wiki's database is 2 to 4 times faster there. */
async function fastDirectory(): Promise<string> {
  try {
    await access('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return os.tmpdir();
  }
}

/** The PHP files beside the source of this file, also when it runs compiled. */
async function codeDirectory(): Promise<string> {
  const beside = fileURLToPath(new URL('mediawiki', import.meta.url));
  const ofSource = beside.replace(`${path.sep}dist${path.sep}test${path.sep}`, `${path.sep}test${path.sep}`);
  await access(ofSource);
  return ofSource;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
