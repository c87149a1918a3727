import { isTerminal, toFailureType, UPLOAD_STATUSES, type Label, type StructuredError } from '#app/protocol';
import type { UploadStatus } from '#app/protocol';
import { clip } from '../database/clip.js';
import type { UploadCheckpoint } from '../uploads/upload.js';
import { readError, readHandler, readLabels, readJson, readMoment, readPublished } from './read-values.js';
import type { SourceBatch, SourcePreset, SourceUpload, SourceUser } from './source-rows.js';

const LONGEST_USERID = 64;
const LONGEST_NAME = 255;
const LONGEST_KEY = 255;
const LONGEST_TITLE = 500;
const LONGEST_ADDRESS = 2_048;
/** Bytes that a column of text takes, and characters that are never more than that. */
const LONGEST_TEXT_BYTES = 65_535;
const TEXT_PART = 16_000;
/** Of rows that have no moment, and whose batch has none. */
const UNKNOWN = new Date('1970-01-01T00:00:00Z');

/** As the codes that the messages of failures begin with. */
export const UNFINISHED =
  'moved-unfinished: This upload was not finished when Curator moved to its new backend, where your sign-in of then is not known. Please try it again.';

const isLonger = (text: string | null | undefined, limit: number): boolean =>
  [...(text ?? '')].length > limit;

/** A row as it is to be here, with what had to be changed of it; or why it cannot be. */
export type Translated<Row> = { row: Row; notes: string[] } | { problem: string };

interface Moments {
  createdAt: Date;
  updatedAt: Date;
}

interface Dated {
  created_at: string | null;
  updated_at: string | null;
}

function readMoments(dated: Dated, notes: string[]): Moments {
  const [created, updated] = [readMoment(dated.created_at), readMoment(dated.updated_at)];
  if (!created || !updated) notes.push('a moment is missing or none: the other one, or 1970, is taken');
  const createdAt = created ?? updated ?? UNKNOWN;
  return { createdAt, updatedAt: updated ?? createdAt };
}

export interface MovedUser extends Moments {
  userid: string;
  username: string;
}

export function translateUser(source: SourceUser): Translated<MovedUser> {
  const { userid, username } = source;
  if (userid.trim() === '') return { problem: 'it has no id' };
  if (isLonger(userid, LONGEST_USERID))
    return { problem: `its id has more than ${LONGEST_USERID} characters` };
  if (username === null || username.trim() === '') return { problem: 'it has no name' };
  if (isLonger(username, LONGEST_NAME))
    return { problem: `its name has more than ${LONGEST_NAME} characters` };
  const notes: string[] = [];
  return { row: { userid, username, ...readMoments(source, notes) }, notes };
}

export interface MovedBatch extends Moments {
  userid: string;
  /** Null where a new one is to be made. */
  editGroupId: string | null;
}

export function translateBatch(source: SourceBatch): Translated<MovedBatch> {
  if (source.userid === null) return { problem: 'it has no user' };
  const notes: string[] = [];
  const group = source.edit_group_id?.trim() ?? '';
  const isGroup = /^[0-9a-z]{12}$/i.test(group);
  if (!isGroup) notes.push('it gets an edit group, as it has none');
  const row = { userid: source.userid, editGroupId: isGroup ? group : null, ...readMoments(source, notes) };
  return { row, notes };
}

export interface MovedUpload extends Moments {
  batchid: number;
  userid: string;
  status: UploadStatus;
  /** It was queued or running there: what becomes of it there later is to be brought here. */
  isUnfinished: boolean;
  key: string;
  handler: 'mapillary' | 'flickr';
  collection: string;
  filename: string;
  wikitext: string;
  copyrightOverride: boolean;
  labels: Label[] | null;
  result: string | null;
  error: StructuredError | null;
  failure: string | null;
  success: string | null;
  committedAt: Date | null;
  checkpoint: UploadCheckpoint;
}

const isStatus = (status: string | null): status is UploadStatus =>
  UPLOAD_STATUSES.some((known) => known === status);

function findProblem(source: SourceUpload, status: UploadStatus): string | null {
  if (source.batchid === null) return 'it has no batch';
  if (source.userid === null) return 'it has no user';
  if ((source.key ?? '').trim() === '') return 'it has no image';
  if (readHandler(source.handler) === null) return `its source is not known: ${source.handler ?? 'NULL'}`;
  if ((source.filename ?? '').trim() === '') return 'it has no title';
  if (isLonger(source.key, LONGEST_KEY)) return `the id of its image has more than ${LONGEST_KEY} characters`;
  if (isLonger(source.filename, LONGEST_TITLE)) return `its title has more than ${LONGEST_TITLE} characters`;
  if (isLonger(source.collection, LONGEST_ADDRESS)) return 'its collection is too long';
  const canBeRetried = !isTerminal(status) || status === 'failed' || status === 'cancelled';
  return source.wikitext === null && canBeRetried ? 'it has no wikitext, and could be tried again' : null;
}

export function translateUpload(source: SourceUpload): Translated<MovedUpload> {
  const { status: was } = source;
  if (!isStatus(was)) return { problem: `its status is not known: ${was ?? 'NULL'}` };
  const problem = findProblem(source, was);
  if (problem !== null) return { problem };
  const notes: string[] = [];
  const moments = readMoments(source, notes);
  const isUnfinished = !isTerminal(was);
  const status = isUnfinished ? 'failed' : was;
  const error: StructuredError | null = isUnfinished
    ? { type: 'error', message: UNFINISHED }
    : readError(was, source.error);
  if (isUnfinished) notes.push('it was not finished, and has failed so that it can be tried again');
  const row: MovedUpload = {
    batchid: Number(source.batchid),
    userid: source.userid ?? '',
    status,
    isUnfinished,
    key: source.key ?? '',
    handler: readHandler(source.handler) ?? 'mapillary',
    collection: source.collection ?? '',
    filename: source.filename ?? '',
    wikitext: source.wikitext ?? '',
    copyrightOverride: Boolean(source.copyright_override),
    labels: readLabels(source.labels),
    result: readResult(source.result, notes),
    error,
    failure: status === 'failed' ? toFailureType(error) : null,
    ...publishedBy(source, was, moments, notes),
    ...moments,
  };
  if (row.labels === null && readJson(source.labels) !== null) notes.push('its caption cannot be read');
  return { row, notes };
}

function readResult(result: string | null | undefined, notes: string[]): string | null {
  if (result === null || result === undefined) return null;
  if (Buffer.byteLength(result) <= LONGEST_TEXT_BYTES) return result;
  notes.push('its result is too long, and cut');
  return clip(result, TEXT_PART);
}

function publishedBy(
  source: SourceUpload,
  status: UploadStatus,
  { updatedAt }: Moments,
  notes: string[],
): Pick<MovedUpload, 'success' | 'committedAt' | 'checkpoint'> {
  const address = source.success ?? null;
  const isLong = isLonger(address, LONGEST_ADDRESS);
  if (isLong) notes.push('the address of its file is too long, and left out');
  const success = isLong ? null : address;
  if (status !== 'completed') return { success, committedAt: null, checkpoint: {} };
  const { title, url } = readPublished(success, source.filename ?? '');
  return {
    success: success ?? url,
    committedAt: updatedAt,
    checkpoint: { publishedTitle: title, publishedUrl: url },
  };
}

export interface MovedPreset extends Moments {
  userid: string;
  handler: 'mapillary' | 'flickr';
  title: string;
  titleTemplate: string;
  labels: Label | null;
  categories: string | null;
  excludeFromDateCategory: boolean;
  isDefault: boolean;
}

export function translatePreset(source: SourcePreset): Translated<MovedPreset> {
  const { userid, title, title_template: titleTemplate } = source;
  const handler = readHandler(source.handler);
  if (userid === null) return { problem: 'it has no user' };
  if (handler === null) return { problem: `its source is not known: ${source.handler ?? 'NULL'}` };
  if (title === null || titleTemplate === null) return { problem: 'it has no title or no template' };
  if (isLonger(title, LONGEST_NAME)) return { problem: `its title has more than ${LONGEST_NAME} characters` };
  const notes: string[] = [];
  const labels = readLabels(source.labels)?.[0] ?? null;
  if (labels === null && readJson(source.labels) !== null) notes.push('its caption cannot be read');
  const row = {
    userid,
    handler,
    title,
    titleTemplate,
    labels,
    categories: source.categories ?? null,
    excludeFromDateCategory: Boolean(source.exclude_from_date_category),
    isDefault: Boolean(source.is_default),
    ...readMoments(source, notes),
  };
  return { row, notes };
}
