import { AsyncLocalStorage } from 'node:async_hooks';

/** What code is running for, by the names that log lines and traces give it. */
export interface WorkContext {
  readonly request_id?: string;
  readonly userid?: string;
  readonly connection_id?: string;
  readonly batch_id?: number;
  readonly upload_id?: number;
  readonly job_id?: number;
  readonly schedule_run_id?: number;
  /** A regular piece of upkeep, by its name. */
  readonly chore?: string;
}

const contexts = new AsyncLocalStorage<WorkContext>();

/** Runs `work`, and whatever it starts, for `ids` beside what it already runs for. */
export const inContext = <T>(ids: WorkContext, work: () => T): T =>
  contexts.run({ ...contexts.getStore(), ...ids }, work);

/** Adds what only became known on the way, for the rest of the innermost work; outside of any there is nothing to add to. */
export const addToContext = (ids: WorkContext): void => {
  const context = contexts.getStore();
  if (context !== undefined) Object.assign(context, ids);
};

/** What is being worked for; undefined outside of anything. */
export const currentContext = (): WorkContext | undefined => contexts.getStore();
