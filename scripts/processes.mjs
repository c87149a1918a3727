import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { Failure } from './root.mjs';

/** How long a child may take to follow SIGTERM, in milliseconds, before SIGKILL. */
const GRACE_MS = 15_000;

/**
 * Runs a command and waits for its end.
 * @param {string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, ipc?: boolean, guarded?: boolean }} [options]
 *   quiet: keep the output instead of showing it; ipc: a channel whose end tells the child that we are gone;
 *   guarded: standard input is a pipe whose end does
 * @returns {Promise<{ code: number, output: string }>} code: as a shell gives it (128 + signal); 127 when it cannot be started
 */
export async function run([file, ...args], { cwd, env, quiet = false, ipc = false, guarded = false } = {}) {
  const input = guarded ? 'pipe' : quiet ? 'ignore' : 'inherit';
  const output = quiet ? 'pipe' : 'inherit';
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: [input, output, output, ...(ipc ? ['ipc'] : [])],
  });
  const release = endWithUs(child);
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
  try {
    const [code, signal] = await once(child, 'close');
    return { code: code ?? 128 + (constants.signals[signal] ?? 0), output: Buffer.concat(chunks).toString() };
  } catch (error) {
    return { code: 127, output: `${file}: ${error.message}\n` };
  } finally {
    release();
  }
}

const children = new Set();
const cleanups = new Set();
let ending = false;

/** Has the child stopped when this process is told to stop. Returns a function that takes this back. */
export function endWithUs(child) {
  children.add(child);
  return () => children.delete(child);
}

/** Has `cleanup` run when this process is told to stop, after its children have ended. Returns a function that takes this back. */
export function atInterrupt(cleanup) {
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/** Sends SIGTERM, then SIGKILL to one that does not follow; resolves at its end. */
export async function stopChild(child, graceMs = GRACE_MS) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}

async function end(signal) {
  if (ending) return;
  ending = true;
  await Promise.allSettled([...children].map((child) => stopChild(child)));
  await Promise.allSettled([...cleanups].map((cleanup) => cleanup()));
  process.exit(128 + constants.signals[signal]);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(signal));

/** Runs a script's work; its result is the exit code. @param {() => Promise<number | void>} work */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    if (ending) return;
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
