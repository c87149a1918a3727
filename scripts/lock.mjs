import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atInterrupt } from './processes.mjs';

/** True while a process with this id exists, whoever owns it. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Age in milliseconds from which a lock without an owner's id counts as left behind. */
const UNOWNED_MS = 5000;

/**
 * Runs `work` while no other process holds the lock folder at `path`; the lock of a process that is gone is taken over.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once if another process holds it
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  await mkdir(dirname(path), { recursive: true });
  for (let waited = false; !(await tryLock(path)); waited = true) {
    if (!waited) onWait?.();
    await delay(300);
  }
  const release = () => rm(path, { recursive: true, force: true });
  const forget = atInterrupt(release);
  try {
    return await work();
  } finally {
    await release();
    forget();
  }
}

async function tryLock(path) {
  try {
    await mkdir(path);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (await isLeftBehind(path)) await rm(path, { recursive: true, force: true });
    return false;
  }
  await writeFile(join(path, 'pid'), String(process.pid));
  return true;
}

async function isLeftBehind(path) {
  try {
    const pid = Number(await readFile(join(path, 'pid'), 'utf8'));
    if (pid > 0) return !isAlive(pid);
    return Date.now() - (await stat(path)).mtimeMs > UNOWNED_MS;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    const lock = await stat(path).catch(() => null);
    return lock !== null && Date.now() - lock.mtimeMs > UNOWNED_MS;
  }
}
