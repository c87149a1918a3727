/**
 * Runs a command that starts processes of its own, and ends them all when whoever started it is gone or closes this
 * process's standard input: `node run-with-parent.mjs [--remove FOLDER] COMMAND…`. The folder is removed at the end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import process from 'node:process';

const words = process.argv.slice(2);
const folder = words[0] === '--remove' ? words.splice(0, 2)[1] : null;
const [file, ...args] = words;
const child = spawn(file, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
const ended = once(child, 'exit');

function end() {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined); // the parent's end decides
process.stdin.on('end', end).on('error', end).resume();
const [code] = await ended;
if (folder !== null) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
process.exit(code ?? 0);
