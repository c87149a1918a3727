import type { Actor } from '#app/persistence';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { currentRequestId } from '../http/request-context.js';

/** Who changes something, for the audit log. */
export const toActor = ({ userid, username }: SignedInUser): Actor => ({
  userid,
  username,
  requestId: currentRequestId() ?? null,
});
