import type { UploadStatusResult } from '#app/commons-client';
import { TemporaryError } from '#app/protocol';
import { pause } from './pause.js';
import type { RunContext } from './run-context.js';

const POLL_INTERVAL_MS = 3_000;
/** Joining the largest file takes minutes. */
const DEADLINE_MS = 30 * 60_000;

/**
 * Asks every three seconds, for half an hour at most, until the wiki has joined or published the file in the background.
 * @see https://www.mediawiki.org/wiki/API:Upload
 */
export async function pollStatus(
  { upload, client, options }: RunContext,
  fileKey: string,
): Promise<Exclude<UploadStatusResult, { kind: 'poll' }>> {
  for (const until = Date.now() + DEADLINE_MS; Date.now() < until;) {
    await pause(POLL_INTERVAL_MS * options.delayScale, upload.signal);
    const status = await client.checkStatus({ filename: upload.row.filename, fileKey }, upload.signal);
    if (status.kind !== 'poll') return status;
  }
  throw new TemporaryError('timeout', 'The wiki has not finished the file within half an hour');
}
