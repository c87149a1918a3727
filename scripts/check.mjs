import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { requireInstalled } from './install.mjs';
import { main, run } from './processes.mjs';
import { isMain, ROOT } from './root.mjs';

const program = (...path) => [process.execPath, join(ROOT, 'node_modules', ...path)];

/** Slowest first: the lanes below take them in this order. */
const CHECKS = [
  {
    name: 'lint',
    command: [...program('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'],
    mend: 'npm run lint -- --fix',
  },
  {
    name: 'arrows',
    command: [
      ...program('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      'apps',
      'libs',
      'test',
      'bench',
    ],
  },
  {
    name: 'dependencies',
    command: [process.execPath, join(ROOT, 'scripts', 'dependencies.mjs')],
  },
  {
    name: 'format',
    command: [...program('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
    mend: 'npm run format',
  },
  { name: 'types', command: [...program('typescript-native', 'bin', 'tsc'), '-p', 'tsconfig.json'] },
];

/** Runs all checks, as many at once as there are cores (at most two: they are heavy). Resolves to the names of those that failed. */
export async function check() {
  const waiting = [...CHECKS];
  const failed = [];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      if (!(await passes(next))) failed.push(next.name);
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
  return failed;
}

async function passes({ name, command, mend }) {
  const started = Date.now();
  const { code, output } = await run(command, { cwd: ROOT, quiet: true });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0)
    console.log(`${output.trimEnd()}${mend ? `\n  Mend what can be mended by itself: ${mend}` : ''}\n`);
  return code === 0;
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await requireInstalled();
    const failed = await check();
    console.log(failed.length === 0 ? 'check passed' : `check failed: ${failed.join(', ')}`);
    return failed.length === 0 ? 0 : 1;
  });
}
