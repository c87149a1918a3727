/** Loaded into a process under test (`node --import`): ends it when whoever started it is gone, so that nothing is left behind. */
import process from 'node:process';

const GRACE_MS = 10_000;

function leave() {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MS).unref();
}

process.stdin.on('end', leave).on('error', leave).resume();
process.stdin.unref();
