import type { FileLink } from '#app/protocol';
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
import type { JsonObject } from './json.js';

export declare class CommonsClient {
  userInfo(signal?: AbortSignal): Promise<UserInfo>;
  checkBeforeUpload(file: { sha1: string; filename: string }, signal?: AbortSignal): Promise<UploadCheck>;
  findTitleProblem(filename: string, signal?: AbortSignal): Promise<{ reason: string } | null>;
  stashChunk(chunk: StashChunk, signal?: AbortSignal): Promise<StashResult>;
  findStashed(file: { sha1: string; size: number }, signal?: AbortSignal): Promise<string | null>;
  commit(commit: Commit, signal?: AbortSignal): Promise<CommitResult>;
  checkStatus(
    upload: { filename: string; fileKey: string },
    signal?: AbortSignal,
  ): Promise<UploadStatusResult>;
  findFile(filename: string, signal?: AbortSignal): Promise<ExistingFile | null>;
  findFilesBySha1(sha1: string, signal?: AbortSignal): Promise<FileLink[]>;
  findMediaInfo(title: string, signal?: AbortSignal): Promise<MediaInfo | null>;
  editMediaInfo(edit: MediaInfoEdit, signal?: AbortSignal): Promise<{ id: string; revisionId: number }>;
  purge(titles: readonly string[], signal?: AbortSignal): Promise<PurgeResult>;
  nullEdit(title: string, signal?: AbortSignal): Promise<void>;
  query(params: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<JsonObject>;
}
