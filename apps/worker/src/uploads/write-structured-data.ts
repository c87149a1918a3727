import { answerClass, mergeStatements, type CommonsClient, type MediaInfoEdit } from '#app/commons-client';
import { TemporaryError, type FileLink, type Label, type Statement } from '#app/protocol';
import { pause } from './pause.js';
import { runStep, type RunContext } from './run-context.js';

/** How long an edit of an earlier run may still be under way: statements that are sent twice would be there twice. */
const UNDER_WAY_MS = 60_000;
/** Wikibase adds to what was changed meanwhile instead of refusing it, so what was read must be fresh. */
const MAX_READ_AGE_MS = 10_000;

const isLostAnswer = (error: unknown): boolean =>
  error instanceof TemporaryError && answerClass(error) === 'away';

const staleRead = (title: string): TemporaryError =>
  new TemporaryError('editconflict', `editconflict: ${title} was read too long ago`);

export interface StructuredData {
  statements: readonly Statement[];
  labels: readonly Label[];
}

export const isEmpty = ({ statements, labels }: StructuredData): boolean =>
  statements.length === 0 && labels.length === 0;

/** Writes the structured data of a file that was just published. @throws Halt `owe` when it has to be done later */
export async function writeStructuredData(
  context: RunContext,
  title: string,
  data: StructuredData,
): Promise<void> {
  if (isEmpty(data)) return;
  const { upload, client, summaries, options } = context;
  const beforeSending = upload.assertHeld;
  let mayBeUnderWay = upload.row.checkpoint.sdcAttemptedAt !== undefined;
  await runStep(context, 'structured-data', async () => {
    const { sdcAttemptedAt } = upload.row.checkpoint;
    if (sdcAttemptedAt === undefined) await upload.checkpoint({ sdcAttemptedAt: new Date().toISOString() });
    else if (mayBeUnderWay) {
      await pause(Date.parse(sdcAttemptedAt) + UNDER_WAY_MS * options.delayScale - Date.now(), upload.signal);
      mayBeUnderWay = false;
    }
    if (sdcAttemptedAt === undefined && upload.isCommittedHere) {
      const { statements, labels } = data;
      const edit = { statements, labels, summary: summaries.upload, target: { title }, beforeSending };
      await client.editMediaInfo(edit).catch((error: unknown) => {
        mayBeUnderWay = isLostAnswer(error);
        throw error;
      });
      return;
    }
    // An earlier try may have been applied although its answer was lost, or its row is gone: add only what is missing.
    await mergeInto(client, title, data, { summary: summaries.upload, beforeSending });
  });
}

/**
 * Adds what is missing to files that already hold this content.
 * @returns whether anything was added @throws Halt
 */
export async function mergeIntoDuplicates(
  context: RunContext,
  files: readonly FileLink[],
  data: StructuredData,
): Promise<boolean> {
  let changed = false;
  let wasSent = false;
  for (const { title } of files) {
    await context.upload.check();
    const added = await runStep(context, 'structured-data', () =>
      mergeInto(context.client, title, data, {
        summary: context.summaries.merge,
        beforeSending: () => {
          context.upload.assertHeld();
          wasSent = true;
        },
      }),
    );
    // Nothing is missing any more after an edit whose answer was lost.
    changed ||= added || wasSent;
  }
  return changed;
}

/** Adds what is missing to one file. @returns whether anything was */
export async function mergeInto(
  client: CommonsClient,
  title: string,
  data: StructuredData,
  { summary, beforeSending }: { summary: string; beforeSending?: () => void },
): Promise<boolean> {
  const readAt = Date.now();
  const existing = await client.findMediaInfo(title);
  if (!existing) throw new TemporaryError('no-such-entity', `${title} is not there yet`);
  const additions = mergeStatements(existing, data);
  if (!additions) return false;
  const edit: MediaInfoEdit = {
    ...additions,
    target: { id: existing.id, baseRevisionId: existing.lastRevisionId },
    summary,
    beforeSending: () => {
      beforeSending?.();
      if (Date.now() - readAt > MAX_READ_AGE_MS) throw staleRead(title);
    },
  };
  await client.editMediaInfo(edit);
  return true;
}
