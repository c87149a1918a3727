import { TemporaryError, type FileLink } from '#app/protocol';
import { numberAt, objectAt, textAt, textsAt, type JsonObject } from '../json.js';
import type { PublishedFile, UploadObstacle, UploadStatusResult } from '../types.js';
import { describeWarning } from './warning-sentences.js';

export type LinkFile = (filename: string) => FileLink;

const unexpected = (what: string): TemporaryError =>
  new TemporaryError('unexpected-answer', `unexpected-answer: Commons ${what}`);

/** Warnings in the order in which they decide. A known duplicate says more than the name that it also clashes with. */
function findObstacle(warnings: JsonObject, filename: string, link: LinkFile): UploadObstacle | null {
  if ('nochange' in warnings) {
    return { kind: 'nochange', of: [link(textAt(warnings, 'exists') ?? filename)] };
  }
  const duplicates = textsAt(warnings, 'duplicate');
  if (duplicates.length > 0) return { kind: 'duplicate', of: duplicates.map(link) };
  const exists = textAt(warnings, 'exists');
  if ('duplicateversions' in warnings) return { kind: 'duplicate', of: [link(exists ?? filename)] };
  if (exists !== undefined) return { kind: 'exists', title: link(exists).title };
  const [first] = Object.entries(warnings);
  return first ? { kind: 'warning', code: first[0], message: describeWarning(...first) } : null;
}

function readPublished(upload: JsonObject, filename: string, link: LinkFile): PublishedFile {
  const info = objectAt(upload, 'imageinfo');
  const fallback = link(textAt(upload, 'filename') ?? filename);
  const pageId = numberAt(upload, 'pageid') ?? numberAt(info, 'pageid');
  const sha1 = textAt(info, 'sha1')?.toLowerCase();
  const size = numberAt(info, 'size');
  if (sha1 === undefined || size === undefined)
    throw unexpected('published a file without saying what it holds');
  return {
    title: textAt(info, 'canonicaltitle') ?? fallback.title,
    url: textAt(info, 'descriptionurl') ?? fallback.url,
    sha1,
    size,
    ...(pageId === undefined ? {} : { pageId }),
  };
}

function readStashed(upload: JsonObject, fileKey: string): UploadStatusResult {
  const info = objectAt(upload, 'imageinfo');
  const sha1 = textAt(info, 'sha1')?.toLowerCase();
  const size = numberAt(info, 'size');
  return {
    kind: 'stashed',
    fileKey,
    ...(sha1 === undefined ? {} : { sha1 }),
    ...(size === undefined ? {} : { size }),
  };
}

/**
 * Reads every answer of `action=upload` that is no error. Warnings count wherever they stand: alone (`Warning`) or beside
 * `Continue` and `Success`, as with `ignorewarnings` on chunks. A published file is told as published, whatever else is said.
 * @throws TemporaryError `unexpected-answer` when the answer says nothing that can be acted on
 * @see https://www.mediawiki.org/wiki/API:Upload
 */
export function parseUploadAnswer(
  body: JsonObject,
  asked: { filename: string; fileKey?: string },
  link: LinkFile,
): UploadStatusResult {
  const upload = objectAt(body, 'upload');
  const result = textAt(upload, 'result');
  const fileKey = textAt(upload, 'filekey') ?? textAt(upload, 'sessionkey');

  if (result === 'Success' && fileKey === undefined) {
    return { kind: 'published', file: readPublished(upload, asked.filename, link) };
  }
  const warnings = objectAt(upload, 'warnings');
  const obstacle = findObstacle(warnings, asked.filename, link);
  if (obstacle) return obstacle;

  const key = fileKey ?? asked.fileKey;
  const offset = numberAt(upload, 'offset');
  if (key !== undefined) {
    if (result === 'Success') return readStashed(upload, key);
    if (result === 'Poll') return { kind: 'poll', fileKey: key };
    if (result === 'Continue' && offset !== undefined) return { kind: 'continue', fileKey: key, offset };
  }
  throw unexpected(`answered an upload with ${result ?? 'nothing'}`);
}
