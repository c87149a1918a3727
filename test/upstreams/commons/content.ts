import { createHash } from 'node:crypto';

import type { FileFacts } from './file-type.js';
import { dbKey, parseTitle, rawUrlEncode, type Title, wikiUrlEncode } from './titles.js';
import type { MediaInfo } from './wikibase-values.js';

export interface Revision {
  revid: number;
  parentid: number;
  user: string;
  timestamp: Date;
  comment: string;
  text: string;
  /** The structured data as this revision left it; null: none yet. */
  mediaInfo: MediaInfo | null;
}

export interface FileVersion extends FileFacts {
  /** Where the bytes lie on disk: these files one after the other. */
  parts: readonly string[];
  size: number;
  sha1: string;
  user: string;
  userId: number;
  timestamp: Date;
  comment: string;
}

/** A page and, in the file namespace, its file. Newest first in both lists. */
export interface Page {
  id: number;
  title: Title;
  revisions: Revision[];
  versions: FileVersion[];
  touched: Date;
  /** How often the page's templates were rendered anew by a purge or an edit. */
  refreshes: number;
  /** Protected against edits and uploads by anybody without `editprotected`. */
  isProtected: boolean;
}

export interface DeletedFile {
  title: Title;
  sha1: string;
}

/** One line of the deletion log. */
export interface DeletionLogEntry {
  title: Title;
  timestamp: Date;
}

/** One line of the upload log. */
export interface UploadLogEntry {
  logid: number;
  title: string;
  user: string;
  timestamp: Date;
  comment: string;
  sha1: string;
}

/** The wiki's pages and files. */
export class Content {
  readonly pages = new Map<string, Page>();
  readonly deleted: DeletedFile[] = [];
  readonly deletions: DeletionLogEntry[] = [];
  readonly uploads: UploadLogEntry[] = [];
  /** Pages whose file has or had these bytes. */
  private readonly bySha1 = new Map<string, Set<Page>>();
  private readonly byNormalizedName = new Map<string, Set<Page>>();
  private readonly byId = new Map<number, Page>();
  private lastPageId = 0;
  private lastRevision = 0;

  find(title: string): Page | null {
    const parsed = parseTitle(title);
    return 'invalid' in parsed ? null : (this.pages.get(parsed.text) ?? null);
  }

  findById(id: number): Page | null {
    return this.byId.get(id) ?? null;
  }

  /** The file of that name, if there is one. */
  findFile(title: Title): { page: Page; current: FileVersion } | null {
    const page = this.pages.get(title.text);
    const current = page?.versions[0];
    return page !== undefined && current !== undefined ? { page, current } : null;
  }

  /** All files whose newest version has these bytes. */
  filesWithSha1(sha1: string): { page: Page; current: FileVersion }[] {
    return withFile(this.bySha1.get(sha1) ?? []).filter(({ current }) => current.sha1 === sha1);
  }

  /** Files whose names differ from `name` in the spelling of the extension only. */
  filesNamedLike(name: string): Page[] {
    return withFile(this.byNormalizedName.get(normalizedName(name)) ?? []).map(({ page }) => page);
  }

  files(): { page: Page; current: FileVersion }[] {
    return withFile(this.pages.values());
  }

  /** Saves a revision and makes the page if there is none. */
  save(
    title: Title,
    change: { user: string; comment: string; text?: string; mediaInfo?: MediaInfo | null },
  ): { page: Page; revision: Revision; isNew: boolean } {
    const existing = this.pages.get(title.text);
    const before = existing?.revisions[0];
    const page = existing ?? {
      id: ++this.lastPageId,
      title,
      revisions: [],
      versions: [],
      touched: new Date(),
      refreshes: 0,
      isProtected: false,
    };
    const revision: Revision = {
      revid: ++this.lastRevision,
      parentid: before?.revid ?? 0,
      user: change.user,
      timestamp: new Date(),
      comment: change.comment,
      text: change.text ?? before?.text ?? '',
      mediaInfo: change.mediaInfo === undefined ? (before?.mediaInfo ?? null) : change.mediaInfo,
    };
    page.revisions.unshift(revision);
    page.touched = revision.timestamp;
    this.pages.set(title.text, page);
    this.byId.set(page.id, page);
    return { page, revision, isNew: existing === undefined };
  }

  /** Publishes a file; the page's text is only taken when there is no page yet. */
  publish(title: Title, version: FileVersion, text: string): Page {
    const existing = this.pages.get(title.text);
    const comment =
      existing === undefined
        ? version.comment
        : `${version.user} uploaded a new version of [[${title.text}]]`;
    const { page } = this.save(title, {
      user: version.user,
      comment,
      ...(existing === undefined ? { text } : {}),
    });
    page.versions.unshift(version);
    addTo(this.bySha1, version.sha1, page);
    addTo(this.byNormalizedName, normalizedName(title.name), page);
    this.uploads.push({
      logid: this.uploads.length + 1,
      title: title.text,
      user: version.user,
      timestamp: version.timestamp,
      comment: version.comment,
      sha1: version.sha1,
    });
    return page;
  }

  /** Gives a page another title; the old one leads there. */
  move(page: Page, title: Title): void {
    const from = page.title;
    this.pages.delete(from.text);
    this.byNormalizedName.get(normalizedName(from.name))?.delete(page);
    page.title = title;
    this.pages.set(title.text, page);
    addTo(this.byNormalizedName, normalizedName(title.name), page);
    const comment = `moved page [[${from.text}]] to [[${title.text}]]`;
    this.save(from, { user: 'File mover', comment, text: `#REDIRECT [[${title.text}]]` });
  }

  delete(page: Page): void {
    this.pages.delete(page.title.text);
    this.deletions.push({ title: page.title, timestamp: new Date() });
    this.byId.delete(page.id);
    this.byNormalizedName.get(normalizedName(page.title.name))?.delete(page);
    for (const { sha1 } of page.versions) this.bySha1.get(sha1)?.delete(page);
    for (const version of page.versions) this.deleted.push({ title: page.title, sha1: version.sha1 });
  }
}

function addTo(index: Map<string, Set<Page>>, key: string, page: Page): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set([page]));
  else known.add(page);
}

const withFile = (pages: Iterable<Page>): { page: Page; current: FileVersion }[] =>
  [...pages].flatMap((page) => (page.versions[0] === undefined ? [] : [{ page, current: page.versions[0] }]));

/** `A.JPG`, `A.jpeg` and `A.jpg` are alike. */
const normalizedName = (name: string): string =>
  name.replace(/\.(\w+)$/, (_, extension: string) => `.${extension.toLowerCase().replace('jpeg', 'jpg')}`);

/** Addresses as the wiki writes them. */
export class WikiUrls {
  constructor(private readonly server: string) {}

  get api(): string {
    return `${this.server}/w/api.php`;
  }

  page(title: Title): string {
    return `${this.server}/wiki/${wikiUrlEncode(title.text)}`;
  }

  byId(page: Page): string {
    return `${this.server}/w/index.php?curid=${page.id}`;
  }

  file(title: Title): string {
    return `${this.server}/images/${hashPath(title.name)}/${rawUrlEncode(title.name)}`;
  }

  stashed(fileKey: string): string {
    return `${this.server}/wiki/Special:UploadStash/file/${fileKey}`;
  }
}

function hashPath(name: string): string {
  const hash = createHash('md5').update(dbKey(name)).digest('hex');
  return `${hash.slice(0, 1)}/${hash.slice(0, 2)}`;
}

/** MediaWiki's time: seconds, UTC. */
export const isoTime = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');
export const compactTime = (date: Date): string => isoTime(date).replaceAll(/\D/g, '');
