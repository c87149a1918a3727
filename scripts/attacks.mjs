/**
 * npm run attacks: switches each defence of test/attacks/defences.ts off in a copy of this folder, and demands that its test fails.
 *   npm run attacks -- session token    only rows whose name or spec contains one of these words
 *   npm run attacks -- --list           the rows, without trying them
 */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './install.mjs';
import { atInterrupt, main, run } from './processes.mjs';
import { Failure, isMain, ROOT } from './root.mjs';
import { startServices, temporaryFolder } from './services.mjs';

const LIST = 'test/attacks/defences*.ts';
const FILES = ['defences.ts', 'defences-of-live.ts', 'defences-of-texts.ts'];
const LEFT_OUT = /(?:^|\/)(?:node_modules|dist|\.data|\.git|coverage)$/;
const TIERS = [
  { suffix: '.int-spec.ts', name: 'integration', timeoutMs: 60_000 },
  { suffix: '.e2e-spec.ts', name: 'end-to-end', timeoutMs: 180_000, build: true },
  { suffix: '.spec.ts', name: 'unit', timeoutMs: 20_000 },
];

/** What one row came to: `problem` is null when its test failed as it must. @typedef {{ name: string, spec: string, failed: number, seconds: number, problem: string | null }} Outcome */

async function attacks() {
  const { values, positionals } = parseArgs({
    options: { list: { type: 'boolean' } },
    allowPositionals: true,
  });
  const rows = (await readDefences()).filter(
    ({ name, spec }) =>
      positionals.length === 0 || positionals.some((word) => `${name} ${spec}`.includes(word)),
  );
  if (rows.length === 0)
    throw new Failure(`No row of ${LIST} has any of these words: ${positionals.join(', ')}.`);
  if (values.list) {
    for (const { name, spec } of rows) console.log(`${name}\n    ${spec}`);
    return 0;
  }
  await ensureInstalled();
  const services = await startServices({ folder: temporaryFolder() });
  const copy = await mkdtemp(join(services.folder, 'copy-'));
  const forget = atInterrupt(() => rm(copy, { recursive: true, force: true }));
  try {
    await copyTree(copy);
    const environment = {
      TEST_DATABASE_URL: services.databaseUrl('curator_attacks'),
      TEST_REDIS_URLS: services.redisUrls[0],
    };
    return report(await tryAll(rows, { copy, environment }));
  } finally {
    await rm(copy, { recursive: true, force: true });
    forget();
    await services.stop();
  }
}

/** The lists are TypeScript that imports nothing but types. */
async function readDefences() {
  const { transform } = await import('@swc/core');
  const lists = [];
  for (const file of FILES) {
    const { code } = await transform(await readFile(join(ROOT, 'test/attacks', file), 'utf8'), {
      configFile: false,
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    lists.push(...Object.values(await import(`data:text/javascript,${encodeURIComponent(code)}`)));
  }
  return lists.flat();
}

async function copyTree(copy) {
  const keep = (source) => !LEFT_OUT.test(source.slice(ROOT.length + 1));
  await cp(ROOT, copy, { recursive: true, filter: keep, verbatimSymlinks: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await mkdir(join(copy, '.data'));
}

/** @returns {Promise<Outcome[]>} */
async function tryAll(rows, surroundings) {
  const whole = new Map();
  const outcomes = [];
  for (const row of rows) {
    const test = `${row.spec} ${row.testName ?? ''}`;
    if (!whole.has(test)) whole.set(test, await runSpec(row, surroundings));
    const outcome = await tryRow(row, whole.get(test), surroundings);
    console.log(
      `${outcome.problem === null ? '✓' : '✗'} ${row.name}${outcome.problem === null ? '' : `: ${outcome.problem}`}`,
    );
    outcomes.push(outcome);
  }
  return outcomes;
}

async function tryRow(row, whole, surroundings) {
  const outcome = (problem, { failed = 0, seconds = 0 } = {}) => ({
    name: row.name,
    spec: row.spec,
    failed,
    seconds,
    problem,
  });
  if (whole.problem !== null) return outcome(`with all defences, ${whole.problem}`);
  if (whole.failed > 0) return outcome(`the test fails with all defences, too\n${whole.output}`);
  if (whole.passed === 0) return outcome('no test has this name');
  const path = join(surroundings.copy, row.file);
  const text = await readFile(path, 'utf8');
  if (text.split(row.find).length !== 2) return outcome(`"find" does not stand exactly once in ${row.file}`);
  try {
    await writeFile(
      path,
      text.replace(row.find, () => row.replace),
    );
    const off = await runSpec(row, surroundings);
    if (off.problem !== null) return outcome(off.problem, off);
    return outcome(off.failed > 0 ? null : 'the test stays green without its defence', off);
  } finally {
    await writeFile(path, text);
  }
}

/** Runs the test of one row on the copy as it is now. `problem`: why it cannot be said whether the test notices. */
async function runSpec({ spec, testName }, { copy, environment }) {
  const tier = TIERS.find(({ suffix }) => spec.endsWith(suffix));
  if (tier === undefined) throw new Failure(`${spec}: no tier has files of this name.`);
  const started = Date.now();
  const result = { passed: 0, failed: 0, output: '', problem: null };
  const seconds = () => (Date.now() - started) / 1000;
  if (tier.build) {
    const { code, output } = await build(copy);
    if (code !== 0) return { ...result, seconds: seconds(), problem: `it cannot be built\n${output}` };
  }
  const outputFile = join(copy, '.data', 'result.json');
  const scratch = join(copy, '.data', 'tmp');
  await Promise.all([rm(outputFile, { force: true }), mkdir(scratch, { recursive: true })]);
  const node = [process.execPath, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  // A test that fails may leave open what keeps the process from ending.
  const words = [
    '--selectProjects',
    tier.name,
    '--json',
    `--outputFile=${outputFile}`,
    '--maxWorkers=1',
    '--forceExit',
  ];
  const { output } = await run(
    [
      ...[...node, '--import', join(copy, 'test/support/follow-parent.mjs')],
      ...[join(copy, 'node_modules/jest/bin/jest.js'), ...words, `--testTimeout=${tier.timeoutMs}`],
      ...(testName === undefined ? [] : ['-t', testName]),
      ...['--runTestsByPath', spec],
    ],
    {
      cwd: copy,
      guarded: true,
      quiet: true,
      env: { ...process.env, NODE_ENV: 'test', TMPDIR: scratch, ...environment },
    },
  );
  const text = await readFile(outputFile, 'utf8').catch(() => null);
  if (text === null)
    return { ...result, seconds: seconds(), problem: `jest did not end properly\n${output}` };
  const {
    numPassedTests: passed,
    numFailedTests: failed,
    numRuntimeErrorTestSuites: unloaded,
  } = JSON.parse(text);
  // An error that nobody handles fails the file instead of a test.
  const isLoaded = unloaded === 0 || passed + failed > 0;
  const problem = isLoaded ? null : `the file of the test could not be loaded\n${output}`;
  return { ...result, passed, failed: failed + unloaded, output, seconds: seconds(), problem };
}

/** Without a check of types: what is left over by the edit may be unused. */
async function build(copy) {
  await rm(join(copy, 'dist'), { recursive: true, force: true });
  const tsc = join(copy, 'node_modules', 'typescript-native', 'bin', 'tsc');
  return run([process.execPath, tsc, '-p', 'tsconfig.build.json', '--noCheck'], { cwd: copy, quiet: true });
}

/** @param {Outcome[]} outcomes */
function report(outcomes) {
  console.log('\nfailing tests    time  defence');
  for (const { name, failed, seconds, problem } of outcomes)
    console.log(
      `${String(failed).padStart(13)}${`${Math.round(seconds)} s`.padStart(8)}  ${problem === null ? '' : 'UNNOTICED '}${name}`,
    );
  const unnoticed = outcomes.filter(({ problem }) => problem !== null).length;
  console.log(`\n${outcomes.length - unnoticed} defences held by their tests, ${unnoticed} not`);
  return unnoticed > 0 ? 1 : 0;
}

if (isMain(import.meta.url)) await main(attacks);
