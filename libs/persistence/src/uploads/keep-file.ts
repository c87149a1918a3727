import type { Database } from '../database/database.js';
import { toJson } from '../database/json.js';
import { enforceQuotas } from '../quotas/enforce-quotas.js';
import { KEEP_FILE } from './statements.js';
import type { CheckpointPatch } from './upload.js';

export interface KeptFile {
  userid: string;
  bytes: number;
  patch: CheckpointPatch;
  /** No quota holds for this person. */
  isExempt: boolean;
}

/** Two files at once cannot both take the last bytes of a quota. @returns false when the lease is lost */
export const keepFile = (
  database: Database,
  id: number,
  owner: string,
  { userid, bytes, patch, isExempt }: KeptFile,
): Promise<boolean> =>
  database.transaction(async (sql) => {
    const now = new Date();
    if (!isExempt) await enforceQuotas(sql, { userid, wanted: { max_bytes: bytes }, now, without: id });
    return (await sql.change(KEEP_FILE, [toJson(patch), bytes, id, owner])) > 0;
  });
