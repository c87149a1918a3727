/** Why a job's run ends before its work does: `cancel`, as asked; `release`, this process stops; `abandon`, another has it. */
export type StopReason = 'cancel' | 'release' | 'abandon';

/** Thrown by `checkpoint` and carried by the run's signal; a handler lets it pass. */
export class JobStopped extends Error {
  constructor(readonly reason: StopReason) {
    super(`The job's run ends: ${reason}`);
    this.name = 'JobStopped';
  }
}

/** The job can go on at `until` and not before; it leaves its place to others meanwhile, and no try is lost. */
export class WaitUntil extends Error {
  constructor(readonly until: Date) {
    super(`The job waits until ${until.toISOString()}`);
    this.name = 'WaitUntil';
  }
}
