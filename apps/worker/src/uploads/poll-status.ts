import type { UploadStatusResult } from '#app/commons-client';
import { TemporaryError } from '#app/protocol';
import { pause } from './pause.js';
import type { RunContext } from './run-context.js';

/** Most files are ready within a second. */
const POLL_INTERVALS_MS = [300, 700, 1_500] as const;
const LONGEST_INTERVAL_MS = 3_000;
/** Joining the largest file takes minutes. */
const DEADLINE_MS = 30 * 60_000;

/**
 * Asks soon and then every three seconds, for half an hour at most, until the wiki has joined or published the file in the background.
 * @see https://www.mediawiki.org/wiki/API:Upload
 */
export async function pollStatus(
  { upload, client, options }: RunContext,
  fileKey: string,
): Promise<Exclude<UploadStatusResult, { kind: 'poll' }>> {
  const until = Date.now() + DEADLINE_MS;
  for (let asked = 0; Date.now() < until; asked += 1) {
    await pause((POLL_INTERVALS_MS[asked] ?? LONGEST_INTERVAL_MS) * options.delayScale, upload.signal);
    const status = await client.checkStatus({ filename: upload.row.filename, fileKey }, upload.signal);
    if (status.kind !== 'poll') return status;
  }
  throw new TemporaryError('timeout', 'The wiki has not finished the file within half an hour');
}
