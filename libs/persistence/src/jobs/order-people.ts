/** A person with something due. */
export interface WaitingPersonsJob {
  id: number;
  userid: string;
  dueAt: Date;
}

export interface PersonsService {
  /** Jobs that run now. */
  running: number;
  /** When a job of theirs was last taken. */
  servedAt: Date | null;
}

const NEVER: PersonsService = { running: 0, servedAt: null };

/** Whose job is taken next: of the person with the fewest running, then of the one who was served longest ago. */
export function orderPeople(
  waiting: readonly WaitingPersonsJob[],
  services: ReadonlyMap<string, PersonsService>,
): WaitingPersonsJob[] {
  const serviceOf = ({ userid }: WaitingPersonsJob): PersonsService => services.get(userid) ?? NEVER;
  return waiting.toSorted((a, b) => {
    const [one, other] = [serviceOf(a), serviceOf(b)];
    return (
      one.running - other.running ||
      (one.servedAt?.getTime() ?? 0) - (other.servedAt?.getTime() ?? 0) ||
      a.dueAt.getTime() - b.dueAt.getTime() ||
      a.id - b.id
    );
  });
}
