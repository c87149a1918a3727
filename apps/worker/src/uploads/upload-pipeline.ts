import { findExtensionProblem } from '#app/commons-client';
import type { HeldLock, RedisLocks } from '#app/persistence';
import { TemporaryError } from '#app/protocol';
import type { CommitGate } from './commit-gate.js';
import { EarlyStash } from './early-stash.js';
import { finishDuplicate, finishPublished } from './finish-upload.js';
import { failWith } from './halt.js';
import { DownloadRestarted, LocalFile, type DownloadTo } from './local-file.js';
import {
  differentContent,
  publishFile,
  toOutcome,
  type LockedContent,
  type PublishOutcome,
} from './publish-file.js';
import { runStep, type RunContext } from './run-context.js';
import { stashFile } from './stash-file.js';

export interface PipelineTools {
  locks: RedisLocks;
  gate: CommitGate;
  download: DownloadTo;
  /** Of the file to download to. */
  path: string;
}

/**
 * From a claimed upload to its terminal status. Each step looks first at what earlier runs have done. Before its planned
 * moment an upload is only prepared: downloaded, checked and stashed.
 * @throws Halt when the upload ends otherwise
 */
export async function runPipeline(context: RunContext, tools: PipelineTools): Promise<void> {
  const { checkpoint } = context.upload.row;
  const file = new LocalFile(context, tools.path, tools.download);
  try {
    const { publishedTitle, publishedUrl } = checkpoint;
    if (publishedTitle !== undefined && publishedUrl !== undefined) {
      await finishPublished(context, { title: publishedTitle, url: publishedUrl });
      return;
    }
    const { stashComplete, sha1, size } = checkpoint;
    await (stashComplete && sha1 !== undefined && size !== undefined
      ? publishStashed(context, tools, file, { sha1, size })
      : prepareAndPublish(context, tools, file));
  } finally {
    context.progress.end();
    await file.remove();
  }
}

/** The wiki itself compares the content once more when it is committed. */
async function publishStashed(
  context: RunContext,
  tools: PipelineTools,
  file: LocalFile,
  content: { sha1: string; size: number },
): Promise<void> {
  await tools.gate.checkPlanned(context);
  await underContentLock(context, tools.locks, content.sha1, (lock) =>
    publish(context, tools, file, { ...content, lock }),
  );
}

/** Downloads, and stashes a large file meanwhile, while the wiki checks its title. */
async function prepareAndPublish(context: RunContext, tools: PipelineTools, file: LocalFile): Promise<void> {
  const title = checkTitle(context);
  title.catch(() => undefined);
  let early = await EarlyStash.begin(context, file);
  try {
    const [{ sha1, size, extension }] = await Promise.all([
      file.get(),
      title,
      early?.ready.catch(unlessRestarted),
    ]);
    checkExtension(context, extension);
    if (file.wasRestarted) {
      await early?.abandon();
      early = null;
    }
    await underContentLock(context, tools.locks, sha1, async (lock) => {
      const content = { sha1, size, lock };
      const known = await findOnWiki(context, content);
      if (known) return known;
      const stash = await (early?.finish() ?? stashFile(context, file, content));
      if (stash.kind !== 'stashed') return toOutcome(context, stash, content);
      await tools.gate.checkPlanned(context);
      return publish(context, tools, file, content);
    });
  } finally {
    await early?.abandon();
  }
}

/** What is sent early is sent again from the start if the source began anew. */
function unlessRestarted(error: unknown): void {
  if (!(error instanceof DownloadRestarted)) throw error;
}

async function checkTitle(context: RunContext): Promise<void> {
  const { upload, client } = context;
  const problem = await runStep(context, 'check', () =>
    client.findTitleProblem(upload.row.filename, upload.signal),
  );
  if (problem) throw failWith(problem.reason, 'title_blacklisted');
}

/** The wiki would refuse a title that promises another type of file, in vaguer words. */
function checkExtension({ upload }: RunContext, extension: string): void {
  const problem = findExtensionProblem(upload.row.filename, extension);
  if (problem) throw failWith(`${problem.code}: ${problem.info}`);
}

/**
 * No two uploads with the same content at a time: each would find the wiki without the other's file, or the file without
 * the other's structured data.
 */
async function underContentLock(
  context: RunContext,
  locks: RedisLocks,
  sha1: string,
  work: (lock: HeldLock) => Promise<PublishOutcome>,
): Promise<void> {
  const lock = await runStep(context, 'lock', async () => {
    const taken = await locks.acquire(`sha1:${sha1}`, context.options.leaseMs);
    if (!taken) throw new TemporaryError('sha1-locked', 'The same file is being uploaded by another upload');
    return taken;
  });
  try {
    const outcome = await work(lock);
    if (outcome.kind === 'published') await finishPublished(context, outcome.file);
    else await finishDuplicate(context, outcome.of);
  } finally {
    await lock.release();
  }
}

/** The file, if the wiki has its content already: as a duplicate, or because an earlier run has published it. */
async function findOnWiki(context: RunContext, content: LockedContent): Promise<PublishOutcome | null> {
  const { upload, client, username } = context;
  const { filename, checkpoint } = upload.row;
  await upload.check();
  const { duplicates, existing } = await runStep(context, 'check', () =>
    client.checkBeforeUpload({ sha1: content.sha1, filename }, upload.signal),
  );
  const mayBeOurs = checkpoint.commitSentAt !== undefined;
  if (existing?.sha1 === content.sha1) {
    if (!mayBeOurs || existing.user !== username) return { kind: 'duplicate', of: [existing] };
    await upload.committed(existing);
    return { kind: 'published', file: existing };
  }
  if (!mayBeOurs && duplicates.length > 0) return { kind: 'duplicate', of: duplicates };
  if (existing) throw failWith(differentContent(filename));
  return null;
}

async function publish(
  context: RunContext,
  { gate }: PipelineTools,
  file: LocalFile,
  content: LockedContent,
): Promise<PublishOutcome> {
  const outcome = await publishFile(context, { file, content, gate });
  if (outcome.kind === 'published') await context.upload.committed(outcome.file);
  return outcome;
}
