import { Random } from '../chaos/random.js';

/** What a client watches: a person's batch; that and its schedule and progress; the person's list of batches; everybody's. */
export type ClientRole = 'batch' | 'details' | 'own list' | 'whole list';

export interface PlannedClient {
  readonly index: number;
  /** Number of the person whose session it has, and whose batches it watches. */
  readonly user: number;
  readonly role: ClientRole;
  /** Stops reading for a while when asked to. */
  readonly isSlow: boolean;
  /** Sends what is no message when asked to. */
  readonly isRude: boolean;
}

const ROLES: readonly { role: ClientRole; weight: number }[] = [
  { role: 'batch', weight: 85 },
  { role: 'details', weight: 5 },
  { role: 'own list', weight: 8 },
  { role: 'whole list', weight: 2 },
];
const SLOW = 0.02;
const RUDE = 0.05;

/** Everybody has as many clients as anybody else, give or take one; the first of each watches the batch. */
export function planClients({
  clients,
  users,
  seed,
}: {
  clients: number;
  users: number;
  seed: number;
}): PlannedClient[] {
  const random = Random.of(seed, 'clients');
  return Array.from({ length: clients }, (_, index) => {
    const role = index < users ? 'batch' : random.weighted(ROLES).role;
    return {
      index,
      user: index % users,
      role,
      isSlow: random.chance(SLOW) || index === clients - 1,
      isRude: random.chance(RUDE) || index === clients - 2,
    };
  });
}
