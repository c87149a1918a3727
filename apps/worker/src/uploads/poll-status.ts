import type { UploadStatusResult } from '#app/commons-client';
import { pause } from './pause.js';
import type { RunContext } from './run-context.js';

const POLL_INTERVAL_MS = 3_000;

/**
 * Asks every three seconds until the wiki has joined or published the file in the background.
 * @see https://www.mediawiki.org/wiki/API:Upload
 */
export async function pollStatus(
  { upload, client, options }: RunContext,
  fileKey: string,
): Promise<Exclude<UploadStatusResult, { kind: 'poll' }>> {
  for (;;) {
    await pause(POLL_INTERVAL_MS * options.delayScale, upload.signal);
    const status = await client.checkStatus({ filename: upload.row.filename, fileKey }, upload.signal);
    if (status.kind !== 'poll') return status;
  }
}
