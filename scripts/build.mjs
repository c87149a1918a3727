import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, isMain, ROOT } from './root.mjs';
import { withLock } from './lock.mjs';
import { requireInstalled } from './install.mjs';
import { main, run } from './processes.mjs';

const SOURCES = ['apps', 'libs', 'test', 'bench'];
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const STAMP = join(ROOT, 'dist', '.built-from');

/** Compiles everything into dist/ unless dist/ is up to date. Two processes at once: the second waits and finds it done. */
export async function ensureBuilt() {
  const lock = join(ROOT, '.data', 'build.lock');
  await withLock(lock, async () => {
    const fingerprint = await fingerprintSources();
    if ((await readStamp()) !== fingerprint) await build(fingerprint);
  });
}

async function build(fingerprint) {
  await requireInstalled();
  const started = Date.now();
  await rm(join(ROOT, 'dist'), { recursive: true, force: true });
  const tsc = join(ROOT, 'node_modules', 'typescript-native', 'bin', 'tsc');
  const { code } = await run([process.execPath, tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT });
  if (code !== 0) throw new Failure('The build failed, see above.');
  await writeFile(STAMP, fingerprint);
  console.log(`Built dist/ in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

/** One hash over the names, sizes and times of change of all that goes into the build. */
async function fingerprintSources() {
  const hash = createHash('sha256');
  for (const file of [...SETTINGS, ...(await listSources())].sort()) {
    const { size, mtimeMs } = await stat(join(ROOT, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

async function listSources() {
  const lists = await Promise.all(
    SOURCES.map(async (folder) => {
      const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  return lists.flat().map((file) => file.slice(ROOT.length + 1));
}

async function readStamp() {
  try {
    return await readFile(STAMP, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

if (isMain(import.meta.url)) await main(async () => build(await fingerprintSources()));
