import type { FileLink, Label, Statement } from '#app/protocol';

/** The OAuth 1.0a consumer of this service. */
export interface Consumer {
  readonly key: string;
  readonly secret: string;
}

/** What a person granted the consumer. */
export interface AccessToken {
  readonly key: string;
  readonly secret: string;
}

/** Whom a client acts as: every call asserts this name. */
export interface CommonsUser {
  /** Central or local user id, decimal. Requests are limited by it. */
  readonly userid: string;
  readonly username: string;
}

/** At most `hits` in any `seconds`. */
export interface RateWindow {
  readonly hits: number;
  readonly seconds: number;
}

/** An empty list means that nothing limits the action. */
export interface RateWindows {
  readonly upload: readonly RateWindow[];
  readonly edit: readonly RateWindow[];
  readonly purge: readonly RateWindow[];
  readonly linkpurge: readonly RateWindow[];
}

export interface Block {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601 or `infinite`. */
  readonly expiry: string;
  readonly partial: boolean;
}

export interface UserInfo {
  readonly id: number;
  readonly name: string;
  readonly rights: readonly string[];
  readonly groups: readonly string[];
  readonly editCount: number;
  readonly blocked: Block | null;
  /** The user has `noratelimit` (and the grant passes it on), or the wiki names no limits. */
  readonly exempt: boolean;
  readonly windows: RateWindows;
}

/** A file that is on the wiki now. */
export interface ExistingFile extends FileLink {
  /** Hexadecimal, lower case. */
  readonly sha1: string;
  /** Bytes. */
  readonly size: number;
  /** Who uploaded the current version; empty when hidden. */
  readonly user: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly pageId: number;
}

export interface UploadCheck {
  /** Files with the same content. */
  readonly duplicates: readonly FileLink[];
  /** The file that already has the wanted name. */
  readonly existing: ExistingFile | null;
}

export interface PublishedFile extends FileLink {
  /** Hexadecimal, lower case; of what the wiki really holds. */
  readonly sha1: string;
  /** Bytes. */
  readonly size: number;
  readonly pageId?: number;
}

/** What keeps a file from being taken without a person's decision. Warnings are never overridden. */
export type UploadObstacle =
  /** The same content is on the wiki under these names. */
  | { readonly kind: 'duplicate'; readonly of: readonly FileLink[] }
  /** The wanted name holds exactly this content. */
  | { readonly kind: 'nochange'; readonly of: readonly FileLink[] }
  /** The wanted name is taken; compare the contents to tell a duplicate from a clash. */
  | { readonly kind: 'exists'; readonly title: string }
  /** @property code MediaWiki's @property message `<code>: <sentence for a person>` */
  | { readonly kind: 'warning'; readonly code: string; readonly message: string };

export type StashResult =
  /** The wiki wants the byte at `offset` next. Never commit this key: it would publish what has arrived so far. */
  | { readonly kind: 'continue'; readonly fileKey: string; readonly offset: number }
  /** Complete. The key differs from the chunks' key; `sha1` and `size` are the wiki's own. */
  | { readonly kind: 'stashed'; readonly fileKey: string; readonly sha1?: string; readonly size?: number }
  /** The chunks are being joined: ask `checkStatus` with this key. */
  | { readonly kind: 'poll'; readonly fileKey: string }
  | UploadObstacle;

export type CommitResult =
  | { readonly kind: 'published'; readonly file: PublishedFile }
  /** Being published: ask `checkStatus` with the committed key; never commit it again. */
  | { readonly kind: 'poll'; readonly fileKey: string }
  | UploadObstacle;

/** Answer of `checkStatus`, while joining chunks as well as while publishing. */
export type UploadStatusResult = StashResult | CommitResult;

/** Bytes that are read piece by piece, anew for each try. */
export interface ByteSource {
  readonly byteLength: number;
  /** A piece stays as it is after the next was asked for. */
  pieces(): AsyncIterable<Uint8Array>;
}

export interface StashChunk {
  /** Without namespace. */
  readonly filename: string;
  /** From the previous chunk's answer; absent exactly when `offset` is 0. */
  readonly fileKey?: string;
  /** Bytes before this chunk. */
  readonly offset: number;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly chunk: Uint8Array | ByteSource;
  /** Lets the wiki join the chunks in the background; sensible for files over 10 MiB. */
  readonly async?: boolean;
  /** Called as bytes of this chunk are handed to the connection; starts again from 0 with each try. */
  readonly onBytes?: (sent: number) => void;
}

/** What must not be sent late, e.g. by a process that was stopped for a while. */
export interface GuardedRequest {
  /** Called when everything is ready, just before the request is sent; what it throws keeps it from being sent. */
  readonly beforeSending?: () => void;
}

export interface Commit extends GuardedRequest {
  readonly filename: string;
  readonly fileKey: string;
  /** Wikitext of the new page. */
  readonly text: string;
  /** Edit summary. */
  readonly comment: string;
  readonly async?: boolean;
}

export interface MediaInfo {
  /** `M` + page id. */
  readonly id: string;
  /** Revision of the page when read; absent while the file has no structured data. */
  readonly lastRevisionId?: number;
  /** Property → statements. */
  readonly statements: Readonly<Record<string, readonly Statement[]>>;
  readonly labels: readonly Label[];
}

export interface MediaInfoEdit extends GuardedRequest {
  /** A new file by its title (with `File:`); a file that was read before by its id. */
  readonly target:
    { readonly title: string } | { readonly id: string; readonly baseRevisionId?: number | undefined };
  /** A statement with an id replaces that statement, one without is added. */
  readonly statements: readonly Statement[];
  readonly labels: readonly Label[];
  readonly summary: string;
}

export interface PurgeResult {
  /** Titles as given. */
  readonly refreshed: readonly string[];
  /** Over the purge limit: ask again later. */
  readonly limited: readonly string[];
  /** No such page, or no title at all. */
  readonly missing: readonly string[];
}

/** Who signed in, from a verified answer of Special:OAuth/identify. */
export interface Identity {
  readonly userid: string;
  readonly username: string;
  readonly editCount: number;
  readonly blocked: boolean;
  readonly rights: readonly string[];
  readonly groups: readonly string[];
  readonly grants: readonly string[];
}
