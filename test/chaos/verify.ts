import type { UploadStatus } from '#app/protocol';
import type { Stack } from '../support/stack.js';
import type { Fault } from '../upstreams/index.js';
import { checkRedis } from './check-redis.js';
import { checkRows } from './check-rows.js';
import { checkStatements } from './check-statements.js';
import { checkWiki } from './check-wiki.js';
import type { Person } from './person.js';
import type { Plan } from './plan.js';
import type { Processes } from './processes.js';
import type { RandomFaults } from './random-faults.js';
import { problem, readRows, type Problem, type ProblemKind, type RunFacts } from './run-facts.js';

export interface Run {
  readonly stack: Stack;
  readonly plan: Plan;
  readonly people: readonly Person[];
  readonly faults: RandomFaults;
  readonly processes: Processes;
  readonly wikiFaults: readonly Fault[];
  /** What went wrong on the way. */
  readonly stuck: readonly string[];
  /** Events that lose what Redis or a worker knew of commits under way. */
  readonly forgetful: number;
}

export interface Verdict {
  readonly problems: readonly Problem[];
  /** How many uploads ended how, retries included. */
  readonly statuses: Readonly<Partial<Record<UploadStatus, number>>>;
  /** `ratelimited` answers that the wiki gave by itself. */
  readonly rateLimited: number;
  /** The most requests of one person at once. */
  readonly mostAtOnce: number;
}

/** Commits under way that one crash can make the rate plan forget: those of every worker's slots for one person. */
const FORGOTTEN_AT_ONCE = 4;

/** Looks at everything that a run has left behind. */
export async function verify(run: Run): Promise<Verdict> {
  const { commons } = run.stack.upstreams;
  const facts: RunFacts = { ...run, rows: await readRows(run.stack.stores.databaseUrl) };
  const rateLimited = commons.log.filter(({ errorCode, faulty }) => errorCode === 'ratelimited' && !faulty);
  const lostAnswers = commons.log.filter(({ step, faulty }) => step === 'commit' && faulty).length;
  const explained = lostAnswers + run.forgetful * FORGOTTEN_AT_ONCE;
  const statuses: Partial<Record<UploadStatus, number>> = {};
  for (const { status } of facts.rows) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    problems: [
      ...run.stuck.map(problem('stuck')),
      ...run.people.flatMap(({ complaints }) => complaints.map(problem('wrong'))),
      ...checkRows(facts),
      ...(await checkWiki(facts)),
      ...(await checkStatements(facts)),
      ...(await checkRedis(run.stack.stores.redisUrl)),
      ...(rateLimited.length > explained
        ? [
            problem('wrong')(
              `${rateLimited.length} ratelimited answers, of which faults explain ${explained}`,
            ),
          ]
        : []),
    ],
    statuses,
    rateLimited: rateLimited.length,
    mostAtOnce: Math.max(...run.plan.people.map(({ name }) => commons.peakConcurrency(name))),
  };
}

export const countOf = (problems: readonly Problem[], kind: ProblemKind): number =>
  problems.filter((one) => one.kind === kind).length;
