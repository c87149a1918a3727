import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './processes.mjs';
import { Failure, ROOT } from './root.mjs';

const HEARTBEAT_MS = 15_000;

/** Makes node_modules match package-lock.json, by `npm ci` where it does not. @throws Failure when that fails */
export async function ensureInstalled() {
  requireNode();
  if (await isInstalled()) return;
  await withLock(
    join(ROOT, '.data', 'install.lock'),
    async () => {
      if (!(await isInstalled())) await install();
    },
    () => console.log('Another process is installing the dependencies, waiting for it …'),
  );
}

/** @throws Failure saying what to do when the dependencies are not installed */
export async function requireInstalled() {
  requireNode();
  if (!(await isInstalled()))
    throw new Failure('The dependencies are not installed, or are outdated: run `npm ci` first.');
}

/** True if every package that package-lock.json asks for is there in its version; optional ones depend on the platform. */
export async function isInstalled() {
  const wanted = await readPackages(join(ROOT, 'package-lock.json'));
  const present = await readPackages(join(ROOT, 'node_modules', '.package-lock.json'));
  if (wanted === null) throw new Failure('package-lock.json is missing: this is not a complete checkout.');
  if (present === null) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const found = present[path];
    return found === undefined ? (optional ?? devOptional ?? false) : found.version === version;
  });
}

async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

async function install() {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.log('Installing the dependencies (npm ci, one to two minutes) …');
  const heartbeat = setInterval(() => console.log(`  still installing, ${seconds()} s`), HEARTBEAT_MS);
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm'];
  const command = [
    ...npm,
    'ci',
    '--include=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const { code, output } = await run(command, { cwd: ROOT, quiet: true });
  clearInterval(heartbeat);
  if (code !== 0) throw new Failure(`npm ci failed with code ${code}:\n${output}`);
  console.log(`Dependencies installed in ${seconds()} s.`);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Failure(`Node ${process.versions.node} is too old: Curator needs 20.19 or newer.`);
}
