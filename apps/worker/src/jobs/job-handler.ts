import type { JobData } from '#app/persistence';
import type { JobKind } from '#app/protocol';
import type { JobRun } from './job-run.js';

/**
 * Does the work of one kind of job, from its cursor on. It keeps how far it came with `run.checkpoint` in steps that take
 * seconds at most, and lets the JobStopped pass that comes from there. What it throws otherwise: WaitUntil, to go on later;
 * TemporaryError, to try again a few times; RefusedError or DomainError, to fail with that message.
 */
export interface JobHandler {
  readonly kind: JobKind;
  /** @returns the job's result */
  run(run: JobRun): Promise<JobData | null>;
}

/** Token of the list of all handlers. */
export const JOB_HANDLERS = Symbol('job handlers');
