import { findTitleProblem } from '#app/commons-client';
import type { StructuredError, UploadItemDto } from '#app/protocol';

const MAX_WIKITEXT_BYTES = 2 * 1024 * 1024;
const MAX_CAPTION_CHARACTERS = 250;

const problem = (code: string, info: string): StructuredError => ({
  type: 'error',
  message: `${code}: ${info}`,
});

const findNameProblem = (title: string): StructuredError | null => {
  const found = findTitleProblem(title);
  return found && problem(found.code, found.info);
};

const findCaptionProblem = (labels: UploadItemDto['labels']): StructuredError | null => {
  if (labels === undefined || labels.value === '') return null;
  if (!/^[a-z][a-z0-9-]*$/.test(labels.language)) {
    return problem('not-recognized-language', `“${labels.language}” is not the code of a language.`);
  }
  if ([...labels.value].length > MAX_CAPTION_CHARACTERS) {
    return problem('modification-failed', `A caption may have at most ${MAX_CAPTION_CHARACTERS} characters.`);
  }
  return null;
};

/** Why this item cannot be taken, or null. It becomes a failed upload, the rest of its slice is not affected. */
export const findItemProblem = ({ title, labels, wikitext }: UploadItemDto): StructuredError | null =>
  findNameProblem(title) ??
  findCaptionProblem(labels) ??
  (Buffer.byteLength(wikitext) > MAX_WIKITEXT_BYTES
    ? problem('contenttoobig', 'The wikitext is larger than 2 MiB.')
    : null);
