import type { ReceivedFile } from '../server/receive.js';
import type { ApiCall } from './api-call.js';
import { ApiError, plainStashErrors, stashErrors } from './api-error.js';
import { publish } from './publish.js';
import { type StashedFile, sha1Of } from './stash.js';
import { claimedSize, partOf } from './upload-params.js';
import {
  RecoverableUploadError,
  uploadTitle,
  uploadWarnings,
  verifyChunk,
  verifyFile,
  verifyTitle,
} from './upload-checks.js';
import { stashedImageInfo } from './image-info.js';
import { inspectFile } from './file-type.js';
import { dbKey, type Title } from './titles.js';
import type { WikiUser } from './users.js';

const MIN_CHUNK_BYTES = 1024;
const EXTRA_PARAMS = [
  'comment',
  'text',
  'tags',
  'watch',
  'watchlist',
  'watchlistexpiry',
  'sessionkey',
  'async',
  'stash',
  'checkstatus',
  'ignorewarnings',
  'filesize',
  'offset',
  'url',
  'filename',
  'filekey',
  'file',
  'chunk',
];

type Result = Record<string, unknown>;

/** `action=upload`: https://www.mediawiki.org/wiki/API:Upload, in the order of ApiUpload::execute(). */
export async function upload(call: ApiCall): Promise<Result> {
  call.know(...EXTRA_PARAMS);
  if (!call.wiki.settings.uploadsEnabled) throw new ApiError('uploaddisabled', 'Uploads disabled.');
  const chunk = partOf(call, 'chunk');
  const whole = partOf(call, 'file');
  const fileKey = call.text('filekey') ?? call.text('sessionkey');
  if (chunk === null && [fileKey, whole, call.text('url')].every((given) => given === null)) {
    throw new ApiError('missingparam', 'One of the parameters "filekey", "file" and "url" is required.');
  }
  if (call.flag('checkstatus') && fileKey !== null) return { upload: checkStatus(call, fileKey) };
  if (call.text('filename') === null)
    throw new ApiError('nofilename', 'The "filename" parameter must be set.');
  if (chunk !== null) return { upload: await uploadChunk(call, chunk, fileKey) };
  if (fileKey !== null) return { upload: await uploadFromStash(call, fileKey) };
  if (whole !== null) return { upload: await uploadWhole(call, whole) };
  throw new ApiError('copyuploaddisabled', 'Upload by URL disabled.');
}

function checkStatus(call: ApiCall, fileKey: string): Result {
  const status = call.wiki.stash.sessions.get(fileKey);
  if (status === undefined) throw new ApiError('missingresult', 'No result in status data.');
  switch (status.result) {
    case 'Failure':
      throw status.error;
    case 'Success':
      return { result: status.result, stage: status.stage, ...status.answer };
    case 'Continue':
    case 'Poll':
      return { ...status };
  }
}

const uploader = (call: ApiCall): WikiUser => call.needsRight('upload', 'upload this file');

async function uploadChunk(call: ApiCall, chunk: ReceivedFile, fileKey: string | null): Promise<Result> {
  const { stash } = call.wiki;
  const fileSize = claimedSize(call);
  const offset = call.integer('offset', 0);
  if (fileKey !== null && offset === 0)
    throw new ApiError('filekeynotallowed', 'Cannot supply a "filekey" when "offset" is 0.');
  if (fileKey === null && offset > 0)
    throw new ApiError('filekeyneeded', 'Must supply a "filekey" when "offset" is non-zero.');
  const anybody = call.user?.id ?? 0;
  const started = fileKey === null ? null : stash.get(fileKey, anybody);
  const user = uploader(call);
  const facts = started?.facts ?? inspectFile(chunk.head);
  const wanted = call.required('filename');
  const title = await orStashed(call, user, chunk, () => uploadTitle(wanted, facts));
  const warnings = uploadWarnings(call, wanted, title, { size: chunk.size, sha1: sha1Of(chunk) });
  if (Object.keys(warnings).length > 0 && !call.flag('ignorewarnings')) {
    if (chunk.size === 0)
      return {
        result: 'Warning',
        warnings,
        ...stashFailure(call, 'UploadStashZeroLengthFileException', 'File is zero length.'),
      };
    return warned(warnings, await stash.add(chunk, user.id, 'finished'));
  }
  const soFar = offset + chunk.size;
  if (soFar > fileSize)
    throw new ApiError('invalid-chunk', 'Offset plus current chunk is greater than claimed file size.');
  const isLast = soFar === fileSize;
  if (!isLast && chunk.size < MIN_CHUNK_BYTES)
    throw new ApiError('chunk-too-small', 'Minimum chunk size is 1,024 bytes for non-final chunks.');
  const riding = Object.keys(warnings).length > 0 ? { warnings } : {};
  if (started === null) verifyChunk(title, facts, isLast);
  else checkProgress(call, started, offset);
  const file = started ?? (await stash.add(chunk, user.id, 'chunks'));
  if (started !== null) await stash.append(started, chunk);
  if (!isLast) {
    stash.sessions.set(file.key, { result: 'Continue', stage: 'uploading', offset: soFar });
    return { ...riding, result: 'Continue', offset: soFar, filekey: file.key };
  }
  if (call.flag('async')) return { ...riding, ...assembleLater(call, file, wanted, title) };
  return { ...riding, ...assemble(call, file, wanted, title) };
}

/** @throws ApiError if no chunk is expected here */
function checkProgress(call: ApiCall, file: StashedFile, offset: number): void {
  const progress = call.wiki.stash.sessions.get(file.key);
  if (progress === undefined) throw new ApiError('stashfailed', 'No chunked upload session with this key.');
  if (progress.result !== 'Continue')
    throw new ApiError('stashfailed', 'Chunked upload is already completed, check status for details.');
  if (offset !== file.received.size)
    throw new ApiError('stashfailed', 'Invalid chunk offset', { offset: String(file.received.size) });
}

/** Joins the chunks under a new key. @throws ApiError */
function assemble(call: ApiCall, file: StashedFile, wanted: string, title: Title): Result {
  verifyChunk(title, file.facts, true);
  const finished = call.wiki.stash.finish(file);
  const warnings = uploadWarnings(call, wanted, title, { size: finished.size, sha1: sha1Of(finished) });
  return {
    ...(Object.keys(warnings).length > 0 ? { warnings } : {}),
    result: 'Success',
    filekey: finished.key,
    imageinfo: stashedImageInfo(call.wiki, finished),
  };
}

function assembleLater(call: ApiCall, file: StashedFile, wanted: string, title: Title): Result {
  const { stash, settings } = call.wiki;
  stash.sessions.set(file.key, { result: 'Poll', stage: 'queued' });
  setTimeout(() => {
    try {
      const answer = assemble(call, file, wanted, title);
      stash.sessions.set(file.key, { result: 'Success', stage: 'assembling', answer });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      stash.sessions.set(file.key, { result: 'Failure', error });
    }
  }, settings.jobDelayMs).unref();
  return { result: 'Poll', stage: 'queued', filekey: file.key };
}

async function uploadWhole(call: ApiCall, file: ReceivedFile): Promise<Result> {
  if (call.flag('async'))
    throw new ApiError(
      'cannot-async-upload-file',
      'The parameters "async" and "file" cannot be combined. If you want asynchronous processing of your uploaded file, first upload it to stash (using the "stash" parameter) and then publish the stashed file asynchronously (using "filekey" and "async").',
    );
  const user = uploader(call);
  const wanted = call.required('filename');
  const facts = inspectFile(file.head);
  const title = await orStashed(call, user, file, () => uploadTitle(wanted, facts));
  verifyFile(title, file.size, facts);
  if (!call.flag('stash')) await orStashed(call, user, file, () => verifyTitle(call, title));
  const warnings = uploadWarnings(call, wanted, title, { size: file.size, sha1: sha1Of(file) });
  const stashed = await call.wiki.stash.add(file, user.id, 'finished');
  return finishUpload(call, user, stashed, title, warnings, () => stashed);
}

async function uploadFromStash(call: ApiCall, fileKey: string): Promise<Result> {
  const stashed = call.wiki.stash.get(fileKey, call.user?.id ?? 0);
  const user = uploader(call);
  const wanted = call.required('filename');
  const title = await orStashed(call, user, stashed, () => uploadTitle(wanted, stashed.facts));
  if (!call.flag('async')) verifyFile(title, stashed.size, stashed.facts);
  if (!call.flag('stash')) await orStashed(call, user, stashed, () => verifyTitle(call, title));
  const warnings = uploadWarnings(call, wanted, title, { size: stashed.size, sha1: sha1Of(stashed) });
  return finishUpload(call, user, stashed, title, warnings, () => call.wiki.stash.copy(stashed));
}

async function finishUpload(
  call: ApiCall,
  user: WikiUser,
  file: StashedFile,
  title: Title,
  warnings: Result,
  restash: () => StashedFile | Promise<StashedFile>,
): Promise<Result> {
  const hasWarnings = Object.keys(warnings).length > 0;
  if (hasWarnings && !call.flag('ignorewarnings')) {
    // The bytes are not at hand in an asynchronous request, so they are not stashed anew: the old key stays good.
    if (call.flag('async') && !call.flag('stash'))
      return {
        result: 'Warning',
        warnings,
        ...stashFailure(call, 'UploadStashBadPathException', "Path doesn't exist."),
      };
    return warned(warnings, await restash());
  }
  const riding = hasWarnings ? { warnings } : {};
  if (call.flag('stash')) {
    const kept = await restash();
    return {
      ...riding,
      result: 'Success',
      filekey: kept.key,
      sessionkey: kept.key,
      imageinfo: stashedImageInfo(call.wiki, kept),
    };
  }
  // Before anything is left to a job: ApiUpload::getContextResult().
  if (!call.wiki.users.hit(user, 'upload'))
    throw new ApiError(
      'ratelimited',
      "You've exceeded your rate limit. Please wait some time and try again.",
    );
  const comment = call.text('comment') ?? '';
  const job = { user, file, title, comment, text: call.text('text') ?? comment };
  if (call.flag('async')) return { ...publishLater(call, job), ...riding };
  const imageinfo = publish(call.wiki, job);
  return { result: 'Success', filename: dbKey(title.name), ...riding, imageinfo };
}

function publishLater(call: ApiCall, job: Parameters<typeof publish>[1]): Result {
  const { stash, settings } = call.wiki;
  const { file, title } = job;
  if (stash.sessions.get(file.key)?.result === 'Poll')
    throw new ApiError('publishfailed', 'Upload from stash already in progress.');
  stash.sessions.set(file.key, { result: 'Poll', stage: 'queued' });
  setTimeout(() => {
    try {
      const imageinfo = publish(call.wiki, job);
      stash.sessions.set(file.key, {
        result: 'Success',
        stage: 'publish',
        answer: { filename: dbKey(title.name), imageinfo },
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      stash.sessions.set(file.key, { result: 'Failure', error: new ApiError('stashfailed', error.info) });
    }
  }, settings.jobDelayMs).unref();
  return { result: 'Poll', stage: 'queued', filename: dbKey(title.name) };
}

const warned = (warnings: Result, stashed: StashedFile): Result => ({
  result: 'Warning',
  warnings,
  filekey: stashed.key,
  sessionkey: stashed.key,
});

function stashFailure(call: ApiCall, exception: string, text: string): Result {
  const failure = stashErrors(exception, text);
  return call.format.errorFormat === 'plaintext' ? plainStashErrors(failure) : failure;
}

/** Runs a check; what another name would mend is stashed and answered with the new key. */
async function orStashed<T>(
  call: ApiCall,
  user: WikiUser,
  file: ReceivedFile | StashedFile,
  check: () => T,
): Promise<T> {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof RecoverableUploadError)) throw error;
    const stashed =
      'key' in file ? await call.wiki.stash.copy(file) : await call.wiki.stash.add(file, user.id, 'finished');
    throw new ApiError(error.code, error.info, {
      filekey: stashed.key,
      sessionkey: stashed.key,
      ...error.data,
    });
  }
}
