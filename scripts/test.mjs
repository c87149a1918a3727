/**
 * npm test: installs, starts services, builds, checks, and runs every test tier; ends with the line `N passed, N failed`.
 *   npm test -- --tier unit --tier integration    only these tiers
 *   npm test -- --no-check                        without `check`
 *   npm test -- libs/persistence                  further words go to jest: patterns of file names, -t and so on
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { check } from './check.mjs';
import { ensureInstalled } from './install.mjs';
import { atInterrupt, main, run } from './processes.mjs';
import { Failure, isMain, ROOT } from './root.mjs';
import { startServices, temporaryFolder } from './services.mjs';
import { ensurePrograms } from './service-programs.mjs';
import { whyNoRealWiki } from './real-wiki.mjs';

const cores = availableParallelism();
/** End-to-end files start several processes each and assert on throughput: one at a time on small machines. */
const TIERS = [
  { name: 'unit', workers: cores, timeoutMs: 20_000 },
  { name: 'integration', workers: cores, timeoutMs: 60_000, services: true },
  {
    name: 'end-to-end',
    workers: Math.max(1, Math.floor(cores / 4)),
    timeoutMs: 180_000,
    services: true,
    build: true,
  },
  {
    name: 'redis-cluster',
    workers: 1,
    timeoutMs: 120_000,
    services: true,
    cluster: true,
    build: true,
    whyNot: whyNoCluster,
  },
  { name: 'ssh', workers: 1, timeoutMs: 60_000, services: true, whyNot: whyNoSshd },
  { name: 's3', workers: 1, timeoutMs: 120_000, whyNot: whyNoGateway },
  { name: 'realwiki', workers: 1, timeoutMs: 300_000, services: true, build: true, whyNot: whyNoRealWiki },
];

/** Keys of different slots are refused from one node on; only with several is a client sent from one to another. */
const CLUSTER_NODES = 3;

/** What one tier came to. @typedef {{ name: string, passed: number, failed: number, skipped: number, seconds: number, note?: string }} Result */

async function test() {
  const { tiers, withCheck, jestWords } = readWords();
  await ensureInstalled();
  const failedChecks = withCheck ? await check() : [];
  const isBuilt = !tiers.some((tier) => tier.build) || (await builds());
  if (!isBuilt) failedChecks.push('build');
  const services = await startTestServices(tiers);
  const scratch = await makeScratch(services.folder);
  const forget = atInterrupt(() => rm(scratch, { recursive: true, force: true }));
  const results = [];
  try {
    for (const tier of tiers.filter(({ build }) => isBuilt || !build))
      results.push(await runTier(tier, { scratch, jestWords, environment: services.environment }));
  } finally {
    await services.stop();
    await rm(scratch, { recursive: true, force: true });
    forget();
  }
  return report(results, { failedChecks, partial: jestWords.length > 0 });
}

/** A folder for all that tests leave in temporary files; inside that of the services it goes with them, however this process ends. */
async function makeScratch(servicesFolder) {
  if (servicesFolder === undefined) return mkdtemp(join(tmpdir(), 'curator-test-'));
  const scratch = join(servicesFolder, 'tmp');
  await mkdir(scratch);
  return scratch;
}

/** A build that fails keeps only the tiers from running that need it. */
async function builds() {
  try {
    await ensureBuilt();
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.log(error.message);
    return false;
  }
}

function readWords() {
  const { values, positionals } = parseArgs({
    options: {
      tier: { type: 'string', multiple: true },
      'no-check': { type: 'boolean' },
      t: { type: 'string', short: 't' },
    },
    allowPositionals: true,
  });
  const wanted = values.tier ?? TIERS.map(({ name }) => name);
  const unknown = wanted.find((name) => !TIERS.some((tier) => tier.name === name));
  if (unknown)
    throw new Failure(`No tier is called ${unknown}: there are ${TIERS.map(({ name }) => name).join(', ')}.`);
  return {
    tiers: TIERS.filter(({ name }) => wanted.includes(name)),
    withCheck: !values['no-check'],
    jestWords: [...positionals, ...(values.t === undefined ? [] : ['-t', values.t])],
  };
}

/**
 * Tests use the servers of TEST_DATABASE_URL and TEST_REDIS_URL where these are set, else own ones. Each spec file makes its
 * own database and has a Redis to itself, emptied before.
 */
async function startTestServices(tiers) {
  const { TEST_DATABASE_URL, TEST_REDIS_URL } = process.env;
  const isClusterWanted = tiers.some((tier) => tier.cluster) && (await whyNoCluster()) === null;
  const cluster = isClusterWanted ? CLUSTER_NODES : 0;
  const missing = { mariadb: !TEST_DATABASE_URL, redis: TEST_REDIS_URL ? 0 : cores, cluster };
  const named = { TEST_REDIS_URLS: TEST_REDIS_URL };
  if (!tiers.some((tier) => tier.services) || (!missing.mariadb && !missing.redis && !cluster))
    return { environment: named, stop: async () => {} };
  const started = Date.now();
  const services = await startServices({ folder: temporaryFolder(), ...missing });
  console.log(`MariaDB and Redis started in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  return {
    environment: {
      TEST_DATABASE_URL: TEST_DATABASE_URL || services.databaseUrl('curator_test'),
      TEST_REDIS_URLS: TEST_REDIS_URL || services.redisUrls.join(','),
      TEST_REDIS_CLUSTER_URL: services.clusterUrl,
    },
    folder: services.folder,
    stop: services.stop,
  };
}

/** A server named by TEST_REDIS_URL is no cluster. */
async function whyNoCluster() {
  try {
    await ensurePrograms(['redis-server']);
    return null;
  } catch (error) {
    if (error instanceof Failure) return 'no redis-server is installed here, and none can be without you';
    throw error;
  }
}

/** Why the tier that goes through an own sshd cannot run here, after trying to install one; null if it can. */
async function whyNoSshd() {
  try {
    await ensurePrograms(['ssh', 'ssh-keygen', 'sshd']);
    return null;
  } catch (error) {
    if (error instanceof Failure) return 'no ssh and sshd are installed here, and none can be without you';
    throw error;
  }
}

/** Why storages cannot be tried on a real S3 server, after trying to install one; null if they can. */
async function whyNoGateway() {
  try {
    console.log(
      'Looking for the S3 gateway of Ceph; where it is missing, apt-get installs it (two minutes) …',
    );
    await ensurePrograms(['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-mgr']);
    return null;
  } catch (error) {
    if (error instanceof Failure) return 'no radosgw is installed here, and none can be without you';
    throw error;
  }
}

async function runTier(tier, { scratch, jestWords, environment }) {
  const started = Date.now();
  const result = { name: tier.name, passed: 0, failed: 0, skipped: 0 };
  const seconds = () => (Date.now() - started) / 1000;
  console.log(`\n── ${tier.name} ──`);
  const problem = (await tier.whyNot?.()) ?? null;
  if (problem !== null) return { ...result, seconds: seconds(), note: problem };
  const outputFile = join(scratch, `${tier.name}.json`);
  const guard = ['--import', pathToFileURL(join(ROOT, 'test/support/follow-parent.mjs')).href];
  const node = [
    process.execPath,
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    ...guard,
  ];
  const words = ['--selectProjects', tier.name, '--json', `--outputFile=${outputFile}`, '--passWithNoTests'];
  const workers = tier.services && process.env.TEST_REDIS_URL ? 1 : tier.workers;
  const limits = [`--maxWorkers=${workers}`, `--testTimeout=${tier.timeoutMs}`];
  const program = [...node, join(ROOT, 'node_modules/jest/bin/jest.js')];
  const { code } = await run([...program, ...words, ...limits, ...jestWords], {
    cwd: ROOT,
    guarded: true,
    env: { ...process.env, NODE_ENV: 'test', TMPDIR: scratch, ...environment },
  });
  return { ...result, ...(await readCounts(outputFile, code)), seconds: seconds() };
}

/** A file that could not be loaded has no tests to count: it counts as one that failed, and so does a jest that ended badly otherwise. */
async function readCounts(outputFile, code) {
  const text = await readFile(outputFile, 'utf8').catch(() => null);
  if (text === null) return { failed: 1, note: `jest ended with code ${code} and no result` };
  const counts = JSON.parse(text);
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  return {
    passed: counts.numPassedTests,
    failed: failed === 0 && code !== 0 && counts.numTotalTests > 0 ? 1 : failed,
    skipped: counts.numPendingTests + counts.numTodoTests,
  };
}

function report(results, { failedChecks, partial }) {
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  console.log('\nTier           passed  failed    time');
  for (const { name, passed, failed, skipped, seconds, note } of results) {
    const columns = `${name.padEnd(13)}${String(passed).padStart(8)}${String(failed).padStart(8)}${`${Math.round(seconds)} s`.padStart(8)}`;
    console.log(`${columns}${skipped ? `  (${skipped} skipped)` : ''}${note ? '  NOT RUN' : ''}`);
  }
  for (const { name, note } of results)
    if (note) console.log(`\n${'!'.repeat(78)}\n!! ${name}: ${note}\n${'!'.repeat(78)}`);
  const empty = results.filter((result) => !partial && !result.note && result.passed + result.failed === 0);
  for (const { name } of empty) console.log(`The tier ${name} has no tests: that counts as a failure.`);
  if (failedChecks.length > 0) console.log(`check failed: ${failedChecks.join(', ')}`);
  const none = sum('passed') + sum('failed') === 0;
  if (none) console.log('No test ran: that counts as a failure.');
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') > 0 || failedChecks.length > 0 || empty.length > 0 || none ? 1 : 0;
}

if (isMain(import.meta.url)) await main(test);
