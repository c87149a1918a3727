import { DRAIN_SECONDS, GRACE_SECONDS, runBatch, type RunRecord } from './run-batch.js';
import { compareFacts } from './upload-facts.js';

export interface RollingOptions {
  readonly uploads: number;
  readonly apis: number;
  readonly workers: number;
  readonly minutes: number;
  /** See RollOptions. */
  readonly isPatient: boolean;
  readonly tell: (line: string) => void;
}

export interface RollingResult {
  readonly problems: readonly string[];
  readonly quiet: RunRecord;
  readonly rolling: RunRecord;
}

/** Beyond its limits a process may take so long for its very end. */
const ENDING_MS = 3_000;

/** Uploads the same batch twice, once while every process is replaced, and tells in what the two runs differ. */
export async function runRolling(options: RollingOptions): Promise<RollingResult> {
  options.tell('The batch without disturbance …');
  const quiet = await runBatch({ ...options, isRolling: false });
  options.tell(`took ${quiet.seconds.toFixed(1)} s. The same while every process is replaced …`);
  const rolling = await runBatch({ ...options, isRolling: true });
  options.tell(`took ${rolling.seconds.toFixed(1)} s.`);
  const problems = [
    ...quiet.problems.map((problem) => `undisturbed: ${problem}`),
    ...rolling.problems,
    ...findUnexpected(quiet),
    ...compareFacts(quiet.facts, rolling.facts),
    ...checkReplacements(rolling, options.apis + options.workers),
  ];
  return { problems, quiet, rolling };
}

/** What both runs could get wrong alike. */
function findUnexpected({ facts }: RunRecord): string[] {
  return [...facts].flatMap(([id, { status, commits, downloads, published, versions }]) =>
    status === 'completed' && [commits, downloads, published, versions.length].every((count) => count === 1)
      ? []
      : [`${id} is ${status} after ${downloads} downloads and ${commits} commits`],
  );
}

function checkReplacements({ replacements }: RunRecord, processes: number): string[] {
  const longest = { api: DRAIN_SECONDS + GRACE_SECONDS, worker: GRACE_SECONDS };
  const late = replacements.flatMap(({ name, milliseconds, exitCode }) => {
    const limit = longest[name] * 1_000 + ENDING_MS;
    return exitCode === 0 && milliseconds <= limit
      ? []
      : [`A ${name} ended with code ${exitCode} after ${milliseconds} ms; ${limit} ms are allowed`];
  });
  return replacements.length === processes
    ? late
    : [
        ...late,
        `${replacements.length} processes were replaced before the batch ended, instead of ${processes}`,
      ];
}
