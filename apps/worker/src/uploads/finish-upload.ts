import type { FileLink } from '#app/protocol';
import { Halt } from './halt.js';
import type { RunContext } from './run-context.js';
import {
  isEmpty,
  mergeIntoDuplicates,
  writeStructuredData,
  type StructuredData,
} from './write-structured-data.js';

async function describe(context: RunContext, isExisting = false): Promise<StructuredData> {
  const image = await context.sourceImage();
  return {
    statements: image.statements(context.upload.row.copyrightOverride, isExisting),
    labels: context.upload.row.labels ?? [],
  };
}

/** What is published is finished, whatever becomes of its structured data. */
export async function finishPublished(context: RunContext, file: FileLink): Promise<void> {
  const { upload } = context;
  const result = { status: 'completed' as const, success: file.url };
  try {
    if (!upload.row.checkpoint.sdcApplied) {
      await writeStructuredData(context, file.title, await describe(context));
      await upload.checkpoint({ sdcApplied: true });
    }
  } catch (error) {
    const missing = whyMissing(error);
    if (missing === null) throw error;
    await upload.finish({
      ...result,
      result: `Published; its structured data follows later. ${missing}`,
      owed: { sdc: true, refresh: true },
    });
    return;
  }
  await upload.finish({ ...result, owed: { refresh: true } });
}

/** Why structured data could not be written now, or null if the run has to end otherwise. */
function whyMissing(error: unknown): string | null {
  if (!(error instanceof Halt)) return null;
  const { ending } = error;
  switch (ending.do) {
    case 'owe':
    case 'pause-user':
    case 'pause-service':
    case 'requeue':
      return ending.reason;
    case 'fail':
      return ending.error.message;
    case 'wait-for-rate-window':
      return 'ratelimited';
    case 'expire-sign-in':
      return 'The sign-in has expired.';
    case 'wait-for-turn':
    case 'cancel':
    case 'abandon':
    case 'release':
      return null;
  }
}

/** The content is on the wiki already: what is known of it is added there. */
export async function finishDuplicate(context: RunContext, of: readonly FileLink[]): Promise<void> {
  const { upload } = context;
  const links = of.map(({ title, url }) => ({ title, url }));
  const end = (
    status: 'duplicate' | 'duplicated_sdc_updated' | 'duplicated_sdc_not_updated',
    message: string,
  ): Promise<void> => upload.finish({ status, error: { type: status, message, links } });

  try {
    const data = await describe(context, true);
    if (isEmpty(data)) return await end('duplicate', 'This file is already on Commons.');
    return (await mergeIntoDuplicates(context, of, data))
      ? await end(
          'duplicated_sdc_updated',
          'This file is already on Commons; its structured data was completed.',
        )
      : await end(
          'duplicated_sdc_not_updated',
          'This file is already on Commons with all of its structured data.',
        );
  } catch (error) {
    const missing = whyMissing(error);
    if (missing === null) throw error;
    await upload.checkpoint({ duplicateOf: links });
    await upload.finish({
      status: 'duplicate',
      error: { type: 'duplicate', message: 'This file is already on Commons.', links },
      result: `Its structured data is completed later. ${missing}`,
      owed: { sdc: true },
    });
  }
}
