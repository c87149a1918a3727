import { RefusedError, TemporaryError, type FileLink } from '#app/protocol';
import { answerClass } from './answers/answer-classes.js';
import { parseExistingFile, parseFilesBySha1, parsePurge, parseTitleProblem } from './answers/parse-files.js';
import { parseUploadAnswer } from './answers/parse-upload-answer.js';
import { parseUserInfo } from './answers/parse-user-info.js';
import { toFileTitle, type FilePages } from './file-pages.js';
import type { ApiCaller, Params } from './http/api-caller.js';
import { listAt, numberAt, objectAt, textAt, type JsonObject } from './json.js';
import { parseEntityEdit, parseMediaInfo } from './structured-data/parse-media-info.js';
import type {
  Commit,
  CommitResult,
  ExistingFile,
  MediaInfo,
  MediaInfoEdit,
  PurgeResult,
  StashChunk,
  StashResult,
  UploadCheck,
  UploadStatusResult,
  UserInfo,
} from './types.js';

const IMAGE_INFO = { prop: 'imageinfo', iiprop: 'sha1|size|url|user|timestamp' } as const;
const MAX_TITLES = 50;
/** Of up to 500 files each. */
const MAX_STASH_PAGES = 10;

/**
 * The Commons API as one user, with a cookie jar of its own. A request is repeated as `tryAgain` says; every other repetition is
 * the caller's. All methods throw TemporaryError (`answerClass` tells what to do about it), RefusedError, or the signal's reason;
 * messages are `<code>: <text>` with MediaWiki's own code.
 * @see https://commons.wikimedia.org/w/api.php
 */
export class CommonsClient {
  constructor(
    private readonly caller: ApiCaller,
    private readonly pages: FilePages,
    private readonly siteId: string,
  ) {}

  /** Rights, groups, block and rate limits, as this token has them. */
  async userInfo(signal?: AbortSignal): Promise<UserInfo> {
    const uiprop = 'ratelimits|rights|groups|blockinfo|editcount';
    return parseUserInfo(await this.query({ meta: 'userinfo', uiprop }, signal));
  }

  /**
   * Same content, and same name, in one request, which also fetches the CSRF token where none is at hand.
   * @param file `sha1` hexadecimal @throws RefusedError `invalidtitle`
   */
  async checkBeforeUpload(
    file: { sha1: string; filename: string },
    signal?: AbortSignal,
  ): Promise<UploadCheck> {
    const withToken = !this.caller.hasToken;
    const meta = [...(withToken ? ['tokens'] : []), ...this.pages.wanted.meta];
    const body = await this.query(
      {
        list: 'allimages',
        aisha1: file.sha1,
        aiprop: 'url',
        ailimit: '50',
        titles: toFileTitle(file.filename),
        ...IMAGE_INFO,
        ...this.pages.wanted.params,
        meta: meta.length > 0 ? meta.join('|') : undefined,
        type: withToken ? 'csrf' : undefined,
      },
      signal,
    );
    if (withToken) this.caller.keepToken(body);
    this.pages.learn(body);
    return { duplicates: parseFilesBySha1(body, this.link), existing: parseExistingFile(body, this.link) };
  }

  /** Why the title blacklist forbids this name, or null. @throws RefusedError `invalidtitle` */
  async findTitleProblem(filename: string, signal?: AbortSignal): Promise<{ reason: string } | null> {
    const params = { action: 'titleblacklist', tbaction: 'create', tbtitle: toFileTitle(filename) };
    return parseTitleProblem(await this.caller.get({ params, signal }));
  }

  /**
   * Stashes one chunk. `ignorewarnings` is sent so that a warning neither changes the key nor breaks the sequence; warnings are
   * told as obstacles all the same. A chunk that the wiki already has is answered with `continue` at the byte it wants next.
   * @throws TemporaryError with `expectedOffset` when the wiki wants earlier bytes
   */
  async stashChunk(chunk: StashChunk, signal?: AbortSignal): Promise<StashResult> {
    const params = {
      action: 'upload',
      stash: '1',
      ignorewarnings: '1',
      filename: chunk.filename,
      filesize: String(chunk.size),
      offset: String(chunk.offset),
      filekey: chunk.fileKey,
      async: chunk.async ? '1' : undefined,
    };
    const file = {
      field: 'chunk',
      bytes: chunk.chunk,
      ...(chunk.onBytes ? { onBytes: chunk.onBytes } : {}),
    };
    try {
      const body = await this.caller.post({ params, signal, repeatable: true, withToken: true, file });
      return notPublished(parseUploadAnswer(body, chunk, this.link));
    } catch (error) {
      const offset = wantedOffset(error);
      if (offset === null || chunk.fileKey === undefined) throw error;
      if (offset === chunk.offset) throw withoutOffset(error);
      if (offset < chunk.offset || offset >= chunk.size) throw error;
      return { kind: 'continue', fileKey: chunk.fileKey, offset };
    }
  }

  /**
   * The key of a complete file with this content in the user's stash: finds what a lost answer to a last chunk would have told.
   * Asks once for a page of the stash and once for every file of this size there.
   */
  async findStashed(file: { sha1: string; size: number }, signal?: AbortSignal): Promise<string | null> {
    const wanted = file.sha1.toLowerCase();
    let from: Params = {};
    for (let page = 0; page < MAX_STASH_PAGES; page += 1) {
      const stash = await this.query(
        { list: 'mystashedfiles', msfprop: 'size', msflimit: 'max', ...from },
        signal,
      );
      for (const entry of listAt(objectAt(stash, 'query'), 'mystashedfiles')) {
        const fileKey = textAt(entry, 'filekey');
        const isWhole = textAt(entry, 'status') === 'finished' && numberAt(entry, 'size') === file.size;
        if (fileKey !== undefined && isWhole && (await this.findStashedSha1(fileKey, signal)) === wanted)
          return fileKey;
      }
      const next = textAt(objectAt(stash, 'continue'), 'msfcontinue');
      if (next === undefined) return null;
      from = { msfcontinue: next };
    }
    return null;
  }

  /**
   * Publishes a stashed file, never over a warning. Not repeated when its answer is lost: look for the file first.
   * @throws TemporaryError `network`, `timeout`, `http-5xx` when it may have been published
   */
  async commit(commit: Commit, signal?: AbortSignal): Promise<CommitResult> {
    const params = {
      action: 'upload',
      filename: commit.filename,
      filekey: commit.fileKey,
      text: commit.text,
      comment: commit.comment,
      async: commit.async ? '1' : undefined,
    };
    try {
      const { beforeSending } = commit;
      const body = await this.caller.post({
        params,
        signal,
        repeatable: false,
        withToken: true,
        beforeSending,
      });
      return notStashed(parseUploadAnswer(body, commit, this.link));
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== 'fileexists-no-change') throw error;
      return { kind: 'nochange', of: [this.link(commit.filename)] };
    }
  }

  /** How far the background work on this key is. Also for a key whose chunks were sent, or whose commit was answered with `poll`. */
  async checkStatus(
    upload: { filename: string; fileKey: string },
    signal?: AbortSignal,
  ): Promise<UploadStatusResult> {
    const params = {
      action: 'upload',
      checkstatus: '1',
      filename: upload.filename,
      filekey: upload.fileKey,
    };
    const body = await this.caller.post({ params, signal, repeatable: true, withToken: true });
    return parseUploadAnswer(body, upload, this.link);
  }

  /** The file of this name. @throws RefusedError `invalidtitle` */
  async findFile(filename: string, signal?: AbortSignal): Promise<ExistingFile | null> {
    return parseExistingFile(
      await this.query({ titles: toFileTitle(filename), ...IMAGE_INFO }, signal),
      this.link,
    );
  }

  /** The structured data of a file: null when there is no such file (yet), empty when it has none. @param title with `File:` */
  async findMediaInfo(title: string, signal?: AbortSignal): Promise<MediaInfo | null> {
    const params = { action: 'wbgetentities', sites: this.siteId, titles: title };
    return parseMediaInfo(await this.caller.get({ params, signal }));
  }

  /**
   * Adds statements and labels. Not repeated when its answer is lost: read and merge, because statements without an id would be
   * added twice.
   * @throws TemporaryError `editconflict` (read again), `actionthrottledtext` (wait), `no-such-entity` (a new file not visible yet)
   */
  async editMediaInfo(
    edit: MediaInfoEdit,
    signal?: AbortSignal,
  ): Promise<{ id: string; revisionId: number }> {
    const target: Params =
      'title' in edit.target
        ? { site: this.siteId, title: edit.target.title }
        : { id: edit.target.id, baserevid: edit.target.baseRevisionId?.toString() };
    const data = {
      ...(edit.statements.length > 0 ? { claims: edit.statements } : {}),
      ...(edit.labels.length > 0 ? { labels: edit.labels } : {}),
    };
    const params = { action: 'wbeditentity', ...target, data: JSON.stringify(data), summary: edit.summary };
    const { beforeSending } = edit;
    return parseEntityEdit(
      await this.caller.post({ params, signal, repeatable: false, withToken: true, beforeSending }),
    );
  }

  /** Renders up to 50 pages anew and refreshes their links, without an edit. @param titles with namespace */
  async purge(titles: readonly string[], signal?: AbortSignal): Promise<PurgeResult> {
    if (titles.length === 0) return { refreshed: [], limited: [], missing: [] };
    if (titles.length > MAX_TITLES) throw new RangeError(`At most ${MAX_TITLES} titles at once`);
    const params = { action: 'purge', forcelinkupdate: '1', titles: titles.join('|') };
    return parsePurge(await this.caller.post({ params, signal, repeatable: true, withToken: false }), titles);
  }

  /** Saves a page as it is, which refreshes its links and leaves no revision. @param title with namespace */
  async nullEdit(title: string, signal?: AbortSignal): Promise<void> {
    const params = { action: 'edit', title, appendtext: '', nocreate: '1' };
    await this.caller.post({ params, signal, repeatable: true, withToken: true });
  }

  /** Any other `action=query`, as this user. @returns the whole answer */
  query(params: Params, signal?: AbortSignal): Promise<JsonObject> {
    return this.caller.get({ params: { action: 'query', ...params }, signal });
  }

  private async findStashedSha1(fileKey: string, signal?: AbortSignal): Promise<string | undefined> {
    try {
      const info = await this.query({ prop: 'stashimageinfo', siifilekey: fileKey, siiprop: 'sha1' }, signal);
      const [image] = listAt(objectAt(info, 'query'), 'stashimageinfo');
      return textAt(image, 'sha1')?.toLowerCase();
    } catch (error) {
      if (error instanceof TemporaryError && answerClass(error) === 'stash-lost') return undefined;
      throw error;
    }
  }

  private readonly link = (filename: string): FileLink => this.pages.link(filename);
}

/** Where the wiki wants to go on; null when the error says anything else. */
const wantedOffset = (error: unknown): number | null =>
  error instanceof TemporaryError && answerClass(error) === 'stash-away'
    ? (error.expectedOffset ?? null)
    : null;

/** The wiki names the byte that was sent: the position was not what it disliked. */
const withoutOffset = (cause: unknown): TemporaryError =>
  cause instanceof TemporaryError
    ? new TemporaryError(cause.code, cause.message, { cause })
    : unexpected(String(cause));

const unexpected = (what: string): TemporaryError =>
  new TemporaryError('unexpected-answer', `unexpected-answer: Commons ${what}`);

function notPublished(result: UploadStatusResult): StashResult {
  if (result.kind === 'published') throw unexpected('published a file that was only to be stashed');
  return result;
}

function notStashed(result: UploadStatusResult): CommitResult {
  if (result.kind === 'continue' || result.kind === 'stashed')
    throw unexpected('stashed a file that was to be published');
  return result;
}
