import type { KnownChore } from '#app/persistence';

export interface ChoreReport {
  status: 'ok' | 'stale';
  crons: {
    name: string;
    /** From turn to turn. */
    every_seconds: number;
    last_success_at: string | null;
    /** Null unless the last turn has failed. */
    last_failure_at: string | null;
    is_stale: boolean;
  }[];
}

const toText = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export const toChoreReport = (chores: readonly KnownChore[]): ChoreReport => ({
  status: chores.some(({ isStale }) => isStale) ? 'stale' : 'ok',
  crons: chores.map(({ name, everyMs, succeededAt, failedAt, isStale }) => ({
    name,
    every_seconds: everyMs / 1_000,
    last_success_at: toText(succeededAt),
    last_failure_at: toText(failedAt),
    is_stale: isStale,
  })),
});
