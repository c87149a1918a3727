import type { UploadStatusResult } from '#app/commons-client';
import { TemporaryError } from '#app/protocol';
import { pause } from './pause.js';
import type { RunContext } from './run-context.js';

/** Most files are ready within a second. */
const POLL_INTERVALS_MS = [300, 700, 1_500] as const;
const LONGEST_INTERVAL_MS = 3_000;
/** Joining the largest file takes minutes. */
export const JOINING_MS = 30 * 60_000;

/**
 * Asks soon and then every three seconds until the wiki has joined or published the file in the background.
 * @throws TemporaryError `timeout` after `patienceMs`
 * @see https://www.mediawiki.org/wiki/API:Upload
 */
export async function pollStatus(
  { upload, client, options }: RunContext,
  fileKey: string,
  patienceMs: number,
): Promise<Exclude<UploadStatusResult, { kind: 'poll' }>> {
  const until = Date.now() + patienceMs;
  for (let asked = 0; Date.now() < until; asked += 1) {
    await pause((POLL_INTERVALS_MS[asked] ?? LONGEST_INTERVAL_MS) * options.delayScale, upload.signal);
    const status = await client.checkStatus({ filename: upload.row.filename, fileKey }, upload.signal);
    if (status.kind !== 'poll') return status;
  }
  throw new TemporaryError(
    'timeout',
    `timeout: The wiki has not finished the file within ${patienceMs / 60_000} minutes`,
  );
}
