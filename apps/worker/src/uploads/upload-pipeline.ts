import { TemporaryError, type FileLink } from '#app/protocol';
import type { HeldLock, RedisLocks } from '#app/persistence';
import { failWith, Halt } from './halt.js';
import { LocalFile, type DownloadTo } from './local-file.js';
import { differentContent, publishFile, type LockedContent, type PublishOutcome } from './publish-file.js';
import { runStep, type RunContext } from './run-context.js';
import {
  isEmpty,
  mergeIntoDuplicates,
  writeStructuredData,
  type StructuredData,
} from './write-structured-data.js';

/**
 * From a claimed upload to its terminal status. Each step looks first at what earlier runs have done.
 * @throws Halt when the upload ends otherwise
 */
export async function runPipeline(
  context: RunContext,
  tools: { locks: RedisLocks; download: DownloadTo; path: string },
): Promise<void> {
  const { upload } = context;
  const file = new LocalFile(context, tools.path, tools.download);
  try {
    const { publishedTitle, publishedUrl } = upload.row.checkpoint;
    if (publishedTitle !== undefined && publishedUrl !== undefined) {
      await finishPublished(context, { title: publishedTitle, url: publishedUrl });
      return;
    }
    const content = await prepareContent(context, file);
    const outcome = await underContentLock(context, tools.locks, content.sha1, (lock) =>
      checkAndPublish(context, file, { ...content, lock }),
    );
    if (outcome.kind === 'published') await finishPublished(context, outcome.file);
    else await finishDuplicate(context, outcome.of);
  } finally {
    await file.remove();
  }
}

/** Downloads the file while the wiki checks its title; a file that is stashed already needs neither. */
async function prepareContent(context: RunContext, file: LocalFile): Promise<{ sha1: string; size: number }> {
  const { sha1, size, stashComplete } = context.upload.row.checkpoint;
  if (stashComplete && sha1 !== undefined && size !== undefined) return { sha1, size };
  const [downloaded, title] = await Promise.allSettled([file.get(), checkTitle(context)]);
  if (title.status === 'rejected') throw title.reason;
  if (downloaded.status === 'rejected') throw downloaded.reason;
  return downloaded.value;
}

async function checkTitle(context: RunContext): Promise<void> {
  const { upload, client } = context;
  const problem = await runStep(context, 'check', () =>
    client.findTitleProblem(upload.row.filename, upload.signal),
  );
  if (problem) throw failWith(problem.reason, 'title_blacklisted');
}

/** No two uploads with the same content at a time: each would find the wiki without the other's file. */
async function underContentLock<T>(
  context: RunContext,
  locks: RedisLocks,
  sha1: string,
  work: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  const lock = await runStep(context, 'lock', async () => {
    const taken = await locks.acquire(`sha1:${sha1}`, context.options.leaseMs);
    if (!taken) throw new TemporaryError('sha1-locked', 'The same file is being uploaded by another upload');
    return taken;
  });
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

async function checkAndPublish(
  context: RunContext,
  file: LocalFile,
  content: LockedContent,
): Promise<PublishOutcome> {
  const { upload, client, username } = context;
  const { filename, checkpoint } = upload.row;
  await upload.check();
  const { duplicates, existing } = await runStep(context, 'check', () =>
    client.checkBeforeUpload({ sha1: content.sha1, filename }, upload.signal),
  );
  if (existing?.sha1 === content.sha1) {
    const isOurs = checkpoint.commitAttemptedAt !== undefined && existing.user === username;
    const outcome: PublishOutcome = isOurs
      ? { kind: 'published', file: existing }
      : { kind: 'duplicate', of: [existing] };
    if (isOurs) await upload.committed(existing);
    return outcome;
  }
  if (checkpoint.commitAttemptedAt === undefined && duplicates.length > 0)
    return { kind: 'duplicate', of: duplicates };
  if (existing) throw failWith(differentContent(filename));
  const outcome = await publishFile(context, file, content);
  if (outcome.kind === 'published') await upload.committed(outcome.file);
  return outcome;
}

async function describe(context: RunContext): Promise<StructuredData> {
  const image = await context.sourceImage();
  return {
    statements: image.statements(context.upload.row.copyrightOverride),
    labels: context.upload.row.labels ?? [],
  };
}

/** What is published is finished, whatever becomes of its structured data. */
async function finishPublished(context: RunContext, file: FileLink): Promise<void> {
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
    case 'requeue':
      return ending.reason;
    case 'fail':
      return ending.error.message;
    case 'wait-for-rate-window':
      return 'ratelimited';
    case 'expire-sign-in':
      return 'The sign-in has expired.';
    case 'cancel':
    case 'abandon':
    case 'release':
      return null;
  }
}

async function finishDuplicate(context: RunContext, of: readonly FileLink[]): Promise<void> {
  const { upload } = context;
  const links = of.map(({ title, url }) => ({ title, url }));
  const end = (
    status: 'duplicate' | 'duplicated_sdc_updated' | 'duplicated_sdc_not_updated',
    message: string,
    result?: string,
  ): Promise<void> =>
    upload.finish({
      status,
      error: { type: status, message, links },
      ...(result !== undefined && { result }),
    });

  try {
    const data = await describe(context);
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
    return end(
      'duplicate',
      'This file is already on Commons.',
      `Its structured data could not be completed. ${missing}`,
    );
  }
}
