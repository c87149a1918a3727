import {
  answerClass,
  type AnswerClass,
  type PublishedFile,
  type UploadStatusResult,
} from '#app/commons-client';
import type { HeldLock } from '#app/persistence';
import { RefusedError, TemporaryError, type FileLink, type SourceImage } from '#app/protocol';
import { isPublishedAsync } from './chunk-plan.js';
import { failWith, Halt } from './halt.js';
import { fail } from './decide-next.js';
import type { LocalFile } from './local-file.js';
import { pollStatus } from './poll-status.js';
import { runStep, type RunContext } from './run-context.js';
import type { StashOutcome } from './chunk-sender.js';
import type { CommitGate } from './commit-gate.js';
import { stashFile } from './stash-file.js';
import { NO_STASH } from './stash-state.js';

export type PublishOutcome =
  { kind: 'published'; file: PublishedFile } | { kind: 'duplicate'; of: readonly FileLink[] };

/** A licence that was acceptable this long ago is taken to be so still. */
const MAX_IMAGE_AGE_MS = 60_000;
const SOURCE_REST_MS = 60_000;
/** How long a worker waits for a publication before it does something else, and how long that is. */
const PUBLISHING_MS = 60_000;
const LOOK_AGAIN_MS = 30_000;

/** A file's content, while no other upload may publish the same. */
export interface LockedContent {
  sha1: string;
  /** Bytes. */
  size: number;
  lock: HeldLock;
}

/**
 * Commits a stashed file, never before its planned moment nor over the wiki's limits. A commit whose answer was lost is looked
 * up before it is sent again, so that nothing is published twice or reported as a duplicate of itself. A stash that is gone is
 * made anew.
 */
export async function publishFile(
  context: RunContext,
  { file, content, gate }: { file: LocalFile; content: LockedContent; gate: CommitGate },
): Promise<PublishOutcome> {
  const { upload } = context;
  const { wikitext, copyrightOverride } = upload.row;
  let attempted = false;

  const outcome = await runStep(
    context,
    'commit',
    async (): Promise<CommitAnswer | StashOutcome> => {
      attempted = upload.row.checkpoint.commitSentAt !== undefined;
      if (attempted) {
        const own = await findEarlierCommit(context, content);
        if (own) return { kind: 'published', file: own };
        await upload.commitNotFound();
      }

      const stash = await stashFile(context, file, content);
      if (stash.kind !== 'stashed') return stash;
      const image = await confirmImage(context);
      const text = image.completeWikitext?.(wikitext, copyrightOverride) ?? wikitext;
      await upload.check();
      const takenAt = await gate.enter(context);
      let accepted = false;
      try {
        if (!(await content.lock.confirm())) throw LOCK_LOST;
        await upload.beginCommit();
        const answer = await commit(context, { fileKey: stash.fileKey, text, size: content.size });
        accepted = true;
        return answer;
      } finally {
        await gate.leave(context, takenAt, accepted);
      }
    },
    async (recovery) => {
      if (recovery.do !== 'poll') await upload.checkpoint(NO_STASH);
    },
  ).catch((error: unknown) => publishedAfterAll(context, content, error));

  if (
    attempted &&
    (outcome.kind === 'duplicate' || outcome.kind === 'nochange' || outcome.kind === 'exists')
  ) {
    // An earlier commit may have arrived after it was looked for.
    const own = await runStep(context, 'check', () => findOwnFile(context, content.sha1));
    if (own) return { kind: 'published', file: own };
  }
  return toOutcome(context, outcome, content);
}

/** The last commit too may have been done although the wiki said otherwise. @throws what ended the commit if it was not */
async function publishedAfterAll(
  context: RunContext,
  content: LockedContent,
  ended: unknown,
): Promise<{ kind: 'published'; file: PublishedFile }> {
  const mayBeThere = context.upload.row.checkpoint.commitSentAt !== undefined;
  if (!(ended instanceof Halt && ended.ending.do === 'fail' && mayBeThere)) throw ended;
  const own = await runStep(context, 'check', () => findOwnFile(context, content.sha1));
  if (!own) throw ended;
  return { kind: 'published', file: own };
}

/** What an answer of the wiki means for the upload. @throws Halt when it fails */
export async function toOutcome(
  context: RunContext,
  answer: CommitAnswer | StashOutcome,
  content: { sha1: string; size: number },
): Promise<PublishOutcome> {
  const { upload, client } = context;
  const { filename } = upload.row;
  switch (answer.kind) {
    case 'published':
      if (answer.file.sha1 !== content.sha1 || answer.file.size !== content.size) {
        throw failWith(
          `What Commons published (${answer.file.size} bytes, SHA-1 ${answer.file.sha1}) is not what was sent ` +
            `(${content.size} bytes, SHA-1 ${content.sha1}): ${answer.file.url}`,
        );
      }
      return answer;
    case 'duplicate':
      return answer;
    case 'nochange':
      return { kind: 'duplicate', of: answer.of };
    case 'exists': {
      const existing = await runStep(context, 'check', () => client.findFile(filename, upload.signal));
      if (existing?.sha1 === content.sha1) return { kind: 'duplicate', of: [existing] };
      throw failWith(differentContent(filename));
    }
    case 'warning':
      throw failWith(answer.message);
    case 'stashed':
    case 'continue':
      throw failWith('The wiki did not publish the file that was committed.');
  }
}

const LOCK_LOST = new Halt({
  do: 'requeue',
  afterMs: 0,
  kind: null,
  reason: 'The lock on the content was lost',
});

type CommitAnswer = Exclude<UploadStatusResult, { kind: 'poll' }>;

/** The source may have changed its mind about what it offers since the upload was prepared. While it is away, it is waited for. */
async function confirmImage(context: RunContext): Promise<SourceImage> {
  try {
    return await context.confirmedImage(MAX_IMAGE_AGE_MS);
  } catch (error) {
    if (!(error instanceof TemporaryError))
      throw error instanceof RefusedError ? new Halt(fail(error)) : error;
    const afterMs = Math.max(SOURCE_REST_MS, error.retryAfterMs ?? 0);
    throw new Halt({ do: 'requeue', afterMs, kind: null, reason: error.message });
  }
}

/** Not to be interrupted: what is sent may be published. */
async function commit(
  context: RunContext,
  { fileKey, text, size }: { fileKey: string; text: string; size: number },
): Promise<CommitAnswer> {
  const { upload, client, summaries } = context;
  const sending = client.commit({
    filename: upload.row.filename,
    fileKey,
    text,
    comment: summaries.upload,
    async: isPublishedAsync(size),
    beforeSending: upload.assertHeld,
  });
  const answer = await sending.catch(async (error: unknown) => {
    if (isOneOf(PLAIN_REFUSALS, error)) await upload.commitWasRefused();
    throw error;
  });
  return answer.kind === 'poll' ? waitForPublication(context, answer.fileKey) : answer;
}

/** Large files take the wiki a while: nobody's place in the worker is taken meanwhile. */
async function waitForPublication(context: RunContext, fileKey: string): Promise<CommitAnswer> {
  try {
    return await pollStatus(context, fileKey, PUBLISHING_MS);
  } catch (error) {
    if (error instanceof TemporaryError && error.code === 'timeout') {
      throw new Halt({ do: 'requeue', afterMs: LOOK_AGAIN_MS, kind: null, reason: error.message });
    }
    if (isOneOf(REFUSED_BY_JOB, error)) await context.upload.commitWasRefused();
    throw error;
  }
}

/** Answers to a commit after which the file is certainly not there; any other failure may hide a publication. */
const PLAIN_REFUSALS: readonly AnswerClass[] = [
  'throttled',
  'waiting',
  'user-stopped',
  'service-blocked',
  'turned-away',
  'sign-in-lost',
  'stale-token',
  'title-blacklisted',
];

/** What the wiki can say of the publication itself when it is asked how far it is. */
const REFUSED_BY_JOB: readonly AnswerClass[] = ['throttled', 'title-blacklisted'];

const isOneOf = (classes: readonly AnswerClass[], error: unknown): boolean =>
  (error instanceof TemporaryError || error instanceof RefusedError) && classes.includes(answerClass(error));

/** What became of a commit whose answer was lost; one that still runs is waited for. */
async function findEarlierCommit(context: RunContext, content: LockedContent): Promise<PublishedFile | null> {
  const own = await findOwnFile(context, content.sha1);
  const { fileKey } = context.upload.row.checkpoint;
  if (own || fileKey === undefined || !isPublishedAsync(content.size)) return own;
  try {
    const status = await waitForPublication(context, fileKey);
    return status.kind === 'published' ? status.file : null;
  } catch (error) {
    if (!isOneOf(['stash-lost', ...REFUSED_BY_JOB], error)) throw error;
    return findOwnFile(context, content.sha1);
  }
}

/** The file under our title, if this user put exactly this content there. */
async function findOwnFile(
  { upload, client, username }: RunContext,
  sha1: string,
): Promise<PublishedFile | null> {
  const found = await client.findFile(upload.row.filename, upload.signal);
  return found?.sha1 === sha1 && found.user === username ? found : null;
}

export const differentContent = (filename: string): string =>
  `exists: File already exists with different content: ${filename}`;
