/** The uploads of a batch that wait, either all to be prepared or all to be committed. */
export interface WaitingGroup {
  userid: string;
  batchid: number;
  /** Whether only their commits are left. */
  staged: boolean;
  /** When the first of them may be committed. */
  earliest: Date;
  /** When an upload of this person was last given to a worker. */
  servedAt: Date | null;
}

const COMMIT = 0;
const PREPARE = 1;
const NOTHING = 2;

/**
 * In which order the groups get their turns: what may be committed at `now` before what may only be prepared; then the
 * people with the fewest uploads running; then those who were served longest ago; then what has been due longest.
 * Groups with nothing to do at `now` are left out.
 * @param running how many uploads run, by person
 */
export function orderTurns(
  groups: readonly WaitingGroup[],
  running: ReadonlyMap<string, number>,
  now: Date,
): WaitingGroup[] {
  const classOf = ({ staged, earliest }: WaitingGroup): number => {
    if (earliest <= now) return COMMIT;
    return staged ? NOTHING : PREPARE;
  };
  const runningOf = ({ userid }: WaitingGroup): number => running.get(userid) ?? 0;
  const servedOf = ({ servedAt }: WaitingGroup): number => servedAt?.getTime() ?? 0;
  return groups
    .filter((group) => classOf(group) !== NOTHING)
    .sort(
      (a, b) =>
        classOf(a) - classOf(b) ||
        runningOf(a) - runningOf(b) ||
        servedOf(a) - servedOf(b) ||
        a.earliest.getTime() - b.earliest.getTime() ||
        a.batchid - b.batchid,
    );
}
