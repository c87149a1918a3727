import type { ApiCall } from './api-call.js';
import { ApiError } from './api-error.js';
import { isoTime } from './content.js';
import {
  extensionFits,
  FILE_EXTENSIONS,
  FORBIDDEN_TYPES,
  type FileFacts,
  usualExtension,
} from './file-type.js';
import { forbiddenTitle } from './title-blacklist.js';
import { dbKey, extensionOf, fileTitle, filterFileName, type Title } from './titles.js';

/** An upload that could go on under another name: the answer carries a fresh file key. */
export class RecoverableUploadError extends ApiError {}

const recoverable = (code: string, info: string): RecoverableUploadError =>
  new RecoverableUploadError(code, info, { invalidparameter: 'filename' });

const MAX_NAME_BYTES = 240;

/** The title under which `wanted` would be published. @throws RecoverableUploadError */
export function uploadTitle(wanted: string, facts: FileFacts): Title {
  const filtered = filterFileName(wanted);
  const extension = extensionOf(filtered);
  const name =
    extension === ''
      ? `${filtered}.${usualExtension(facts.mime) === 'jpg' ? 'jpeg' : usualExtension(facts.mime)}`
      : filtered;
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw recoverable('filename-toolong', 'Filenames may not be longer than 240 bytes.');
  if (name.lastIndexOf('.') < 1) throw recoverable('filename-tooshort', 'The filename is too short.');
  return fileTitle(name);
}

/** What is wrong with a whole file, as a plain upload says it. @throws ApiError */
export function verifyFile(title: Title, size: number, facts: FileFacts): void {
  if (size === 0) throw new ApiError('empty-file', 'The file you submitted was empty.');
  const extension = extensionOf(title.name);
  const problem = contentProblem(extension, facts);
  if (problem !== null) throw problem;
  if (!FILE_EXTENSIONS.includes(extension)) {
    const allowed = [...FILE_EXTENSIONS];
    throw new ApiError(
      'filetype-banned',
      `".${extension}" is not a permitted file type. Permitted file types are ${allowed.join(', ')}.`,
      { filetype: extension, allowed },
    );
  }
}

function contentProblem(extension: string, facts: FileFacts): ApiError | null {
  if (FORBIDDEN_TYPES.includes(facts.mime)) {
    return new ApiError(
      'verification-error',
      `Files of the MIME type "${facts.mime}" are not allowed to be uploaded.`,
      { details: ['filetype-badmime', facts.mime] },
    );
  }
  const banned = extension === 'pdf' && facts.mime === 'application/pdf';
  if (banned || extensionFits(extension, facts.mime)) return null;
  return new ApiError(
    'verification-error',
    `File extension ".${extension}" does not match the detected MIME type of the file (${facts.mime}).`,
    {
      details: ['filetype-mime-mismatch', extension, facts.mime],
    },
  );
}

/** The vaguer words with which a chunk is turned away. @throws ApiError */
export function verifyChunk(title: Title, facts: FileFacts, isWhole: boolean): void {
  const extension = extensionOf(title.name);
  if (!FILE_EXTENSIONS.includes(extension))
    throw new ApiError('illegal-filename', 'The filename is not allowed.');
  if (FORBIDDEN_TYPES.includes(facts.mime))
    throw new ApiError(
      'filetype-badmime',
      `Files of the MIME type "${facts.mime}" are not allowed to be uploaded.`,
    );
  if (isWhole && !extensionFits(extension, facts.mime))
    throw new ApiError('stashfailed', 'This file did not pass file verification.');
}

/** Whether this user may publish under `title`. @throws RecoverableUploadError */
export function verifyTitle(call: ApiCall, title: Title): void {
  const forbidden = forbiddenTitle(call, title);
  const page = call.wiki.content.pages.get(title.text);
  if (forbidden !== null && page === undefined)
    throw recoverable('titleblacklist-forbidden-edit', forbidden.reason);
  if (
    page?.isProtected === true &&
    !(call.user !== null && call.wiki.users.can(call.user, 'editprotected'))
  ) {
    throw recoverable('protectedpage', 'This page has been protected to prevent editing or other actions.');
  }
}

/** UploadBase::checkWarnings and ApiUpload::transformWarnings in one. */
export function uploadWarnings(
  call: ApiCall,
  wanted: string,
  title: Title,
  file: { size: number; sha1: string },
): Record<string, unknown> {
  const { content } = call.wiki;
  const warnings: Record<string, unknown> = {};
  const asked = fileTitleAsAsked(wanted);
  if (asked !== dbKey(title.name)) warnings['badfilename'] = dbKey(title.name);
  if (file.size === 0) warnings['empty-file'] = true;
  const existing = content.findFile(title);
  if (existing === null && content.deleted.some((deleted) => deleted.title.text === title.text))
    warnings['was-deleted'] = dbKey(title.name);
  const duplicates = content.filesWithSha1(file.sha1).filter(({ page }) => page.title.text !== title.text);
  if (duplicates.length > 0) warnings['duplicate'] = duplicates.map(({ page }) => dbKey(page.title.name));
  const archived = content.deleted.find((deleted) => deleted.sha1 === file.sha1);
  if (archived !== undefined && content.filesWithSha1(file.sha1).length === 0)
    warnings['duplicate-archive'] = dbKey(archived.title.name);
  Object.assign(warnings, nameWarning(call, title));
  const versions = existing?.page.versions ?? [];
  if (versions[0]?.sha1 === file.sha1) warnings['nochange'] = { timestamp: isoTime(versions[0].timestamp) };
  const older = versions.slice(1).filter((version) => version.sha1 === file.sha1);
  if (older.length > 0)
    warnings['duplicateversions'] = older.map((version) => ({ timestamp: isoTime(version.timestamp) }));
  return warnings;
}

const fileTitleAsAsked = (wanted: string): string => {
  const underscored = dbKey(wanted);
  const [first = ''] = underscored;
  return first.toUpperCase() + underscored.slice(first.length);
};

/** UploadBase::getExistsWarning: the first that fits. */
function nameWarning(call: ApiCall, title: Title): Record<string, unknown> {
  const { content, settings } = call.wiki;
  const key = dbKey(title.name);
  if (content.findFile(title) !== null) return { exists: key };
  if (content.pages.has(title.text)) return { 'page-exists': key };
  const [other] = content.filesNamedLike(title.name);
  if (other !== undefined) return { 'exists-normalized': dbKey(other.title.name) };
  if (/^\d{2,3}px-/.test(title.name)) return { 'thumb-name': key };
  if (settings.badPrefixes.some((prefix) => title.name.startsWith(prefix))) return { 'bad-prefix': key };
  return {};
}
