import { accessSync, constants, existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './processes.mjs';
import { Failure } from './root.mjs';

const FOLDERS = [
  ...new Set([
    ...(process.env.PATH ?? '').split(':'),
    '/usr/sbin',
    '/usr/bin',
    '/usr/local/sbin',
    '/usr/local/bin',
  ]),
];
const POLICY = '/usr/sbin/policy-rc.d';
/** The server without its system service; mariadb-client-core has a program that mariadb-install-db calls. */
const DEBIAN_PACKAGES = {
  mariadbd: ['mariadb-server-core', 'mariadb-client-core'],
  'mariadb-install-db': ['mariadb-server-core', 'mariadb-client-core'],
  'redis-server': ['redis-server'],
  ssh: ['openssh-client'],
  'ssh-keygen': ['openssh-client'],
  sshd: ['openssh-server'],
  radosgw: ['radosgw'],
  'ceph-mon': ['ceph-mon'],
  'ceph-osd': ['ceph-osd'],
  'ceph-mgr': ['ceph-mgr'],
};

/** The full path of an installed program, or null. Servers are often in /usr/sbin, which is not in an ordinary user's PATH. */
export function findProgram(name) {
  for (const folder of FOLDERS) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

/**
 * Installs with apt what is missing of `names`, where that is possible.
 * @param {string[]} names of mariadbd, mariadb-install-db, redis-server, ssh, ssh-keygen, sshd, radosgw, ceph-mon, ceph-osd, ceph-mgr
 * @throws Failure saying what to do instead
 */
export async function ensurePrograms(names) {
  const missing = names.filter((name) => findProgram(name) === null);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap((name) => DEBIAN_PACKAGES[name]))];
  const asRoot = await findWayToBeRoot();
  if (findProgram('apt-get') === null || asRoot === null) throw new Failure(whatToDo(missing, packages));
  console.log(`Installing ${packages.join(', ')} with apt-get …`);
  const output = await install(packages, asRoot);
  const still = names.filter((name) => findProgram(name) === null);
  if (still.length > 0) throw new Failure(`${output}\n${whatToDo(still, packages)}`);
}

/** The words to put before a command so that it runs as root without a question, or null. */
async function findWayToBeRoot() {
  if (process.getuid?.() === 0) return [];
  if (findProgram('sudo') === null) return null;
  const { code } = await run(['sudo', '-n', 'true'], { quiet: true });
  return code === 0 ? ['sudo', '-n'] : null;
}

async function install(packages, asRoot) {
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  const apt = (...words) => run([...asRoot, ...environment, 'apt-get', ...wait, ...words], { quiet: true });
  const installPackages = () => apt('install', '-y', '-q', '--no-install-recommends', ...packages);
  return withoutServiceStart(asRoot, async () => {
    const first = await installPackages();
    if (first.code === 0) return first.output;
    const update = await apt('update', '-q');
    const second = await installPackages();
    return second.code === 0 ? second.output : update.output + second.output;
  });
}

/** Debian starts what it installs unless policy-rc.d says 101 (https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt). */
async function withoutServiceStart(asRoot, work) {
  if (existsSync(POLICY)) return work();
  const source = join(process.cwd(), `.policy-rc.d-${process.pid}`);
  await writeFile(source, '#!/bin/sh\nexit 101\n');
  await chmod(source, 0o755);
  await run([...asRoot, 'cp', source, POLICY], { quiet: true });
  await rm(source);
  try {
    return await work();
  } finally {
    await run([...asRoot, 'rm', '-f', POLICY], { quiet: true });
  }
}

function whatToDo(missing, packages) {
  return [
    `Not installed here, and not installable without you: ${missing.join(', ')}. One of these helps:`,
    `  · Debian, Ubuntu:  sudo apt-get install --no-install-recommends ${packages.join(' ')}`,
    '  · Docker:          DATABASE_PASSWORD=curator docker compose -f compose.yaml -f compose.services.yaml up -d mariadb redis',
    '                     export DATABASE_URL=mysql://curator:curator@127.0.0.1:3306/curator REDIS_URL=redis://127.0.0.1:6379',
    '                     (for npm test: TEST_DATABASE_URL and TEST_REDIS_URL, with a database user who may create databases)',
    '  · elsewhere:       install MariaDB ≥ 10.6 and Redis ≥ 6.2 so that mariadbd and redis-server are in the PATH',
  ].join('\n');
}
