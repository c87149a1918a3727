import type { UploadStatus } from '#app/protocol';

/**
 * How long before its planned moment an upload may be prepared: downloaded, checked and stashed, in milliseconds. It bounds
 * how many files wait in the wiki's stash, which keeps them for 6 hours by default and 48 hours on Commons
 * (`$wgUploadStashMaxAge`, https://www.mediawiki.org/wiki/Manual:$wgUploadStashMaxAge).
 */
export const PREPARE_AHEAD_MS = 90 * 60_000;

/** What the job of an upload has to know when it fires. */
export interface WakeUp {
  status: UploadStatus;
  /** From when on there is something to do for it. */
  dueForWorkAt: Date;
  /** The upload's batch or its person is paused. */
  isPaused: boolean;
}

export interface Moments {
  plannedAt: Date;
  notBefore: Date | null;
  staged: boolean;
}

/** When an upload can be prepared or, once that is done, committed. */
export function dueForWorkAt({ plannedAt, notBefore, staged }: Moments): Date {
  const planned = plannedAt.getTime() - (staged ? 0 : PREPARE_AHEAD_MS);
  return new Date(Math.max(planned, notBefore?.getTime() ?? planned));
}

export interface WakeUpRow {
  status: UploadStatus;
  staged: number;
  planned_at: Date;
  not_before: Date | null;
  is_paused: number;
}

export const toWakeUp = ({ status, staged, planned_at, not_before, is_paused }: WakeUpRow): WakeUp => ({
  status,
  dueForWorkAt: dueForWorkAt({ plannedAt: planned_at, notBefore: not_before, staged: staged === 1 }),
  isPaused: is_paused === 1,
});
