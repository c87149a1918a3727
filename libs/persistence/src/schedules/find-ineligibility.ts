import { ADMIN_SCHEDULE_KINDS } from '#app/protocol';
import type { PickedRun } from './schedule.js';

/** Why nothing may be done for this person on a schedule any more, or null. @param admins names of administrators */
export function findIneligibility(
  { kind, username, accessToken, isPaused }: PickedRun,
  admins: readonly string[],
): string | null {
  if (accessToken === null) return 'Your authorization has ended. Please sign in again, and enable it again.';
  if (isPaused) return 'Your uploads are paused until you sign in again. Enable it again after that.';
  if (ADMIN_SCHEDULE_KINDS.includes(kind) && !admins.includes(username)) {
    return 'Only administrators may have this done.';
  }
  return null;
}
