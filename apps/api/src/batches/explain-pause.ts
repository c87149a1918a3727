interface Paused {
  readonly pausedAt: Date | null;
  readonly pausedReason: string | null;
}

/** Kept in the batch that its owner pauses. */
export const PAUSED_BY_OWNER = 'Paused by its owner.';

/** Kept in a batch while the rows of its manifest come in; whoever takes them may die of it. */
export const PAUSED_WHILE_FILLED =
  'Its manifest is still being taken. If that was interrupted, cancel it and send the file again.';

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The reason that administrators are told names addresses and blocks: it is not for everybody. */
const SERVICE_STOPPED = 'Commons refuses uploads from this server at the moment. They go on by themselves.';

/** Why nothing of a batch is started, fit to show to a person; null when it is not held back. What its owner can end comes first. */
export const explainPause = (
  batch: Paused,
  owner: Paused | null,
  isServiceStopped: boolean,
): string | null => {
  if (batch.pausedAt !== null) return batch.pausedReason ?? PAUSED_BY_OWNER;
  if (owner?.pausedAt) {
    const reason = owner.pausedReason === null ? '.' : `: ${sentence(owner.pausedReason)}`;
    return `Commons refuses your uploads${reason} They go on after you sign in again.`;
  }
  return isServiceStopped ? SERVICE_STOPPED : null;
};
