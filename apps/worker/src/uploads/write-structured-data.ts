import { mergeStatements, type CommonsClient, type MediaInfoEdit } from '#app/commons-client';
import { TemporaryError, type FileLink, type Label, type Statement } from '#app/protocol';
import { runStep, type RunContext } from './run-context.js';

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
  const { upload, client, summaries } = context;
  let tries = 0;
  await runStep(context, 'structured-data', async () => {
    tries += 1;
    const edit = { statements: data.statements, labels: data.labels, summary: summaries.upload };
    if (tries === 1 && upload.row.checkpoint.sdcAttempted !== true) {
      await upload.checkpoint({ sdcAttempted: true });
      await client.editMediaInfo({ ...edit, target: { title } });
      return;
    }
    // An earlier try may have been applied although its answer was lost: add only what is missing.
    await mergeInto(client, title, data, summaries.upload);
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
  for (const { title } of files) {
    await context.upload.check();
    const added = await runStep(context, 'structured-data', () =>
      mergeInto(context.client, title, data, context.summaries.merge),
    );
    changed ||= added;
  }
  return changed;
}

/** Adds what is missing to one file. @returns whether anything was */
export async function mergeInto(
  client: CommonsClient,
  title: string,
  data: StructuredData,
  summary: string,
): Promise<boolean> {
  const existing = await client.findMediaInfo(title);
  if (!existing) throw new TemporaryError('no-such-entity', `${title} is not there yet`);
  const additions = mergeStatements(existing, data);
  if (!additions) return false;
  const edit: MediaInfoEdit = {
    ...additions,
    target: { id: existing.id, baseRevisionId: existing.lastRevisionId },
    summary,
  };
  await client.editMediaInfo(edit);
  return true;
}
