import type { Identity } from '#app/commons-client';

export interface Admission {
  requiredRight: string;
  minEditCount: number;
}

/** Why this person may not use the tool, as a sentence for them, or null. */
export function findRefusal(identity: Identity, { requiredRight, minEditCount }: Admission): string | null {
  if (identity.blocked) return 'Your account is blocked on the wiki.';
  if (!identity.rights.includes(requiredRight)) {
    return `Your account needs the right "${requiredRight}" on the wiki.`;
  }
  if (identity.editCount < minEditCount) {
    return `Your account needs at least ${minEditCount} edits on the wiki; it has ${identity.editCount}.`;
  }
  return null;
}
