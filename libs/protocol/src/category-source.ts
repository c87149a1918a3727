/** A file in a category. */
export interface CategoryFile {
  pageId: number;
  /** Without namespace, with blanks. */
  name: string;
  /** Pixels; 0 for what is no picture. */
  width: number;
  height: number;
  /** Bytes. */
  size: number;
  mime: string;
  /** 40 hexadecimal digits. */
  sha1: string;
  /** Who made the first version and when; null where the wiki hides it. */
  firstUploader: string | null;
  firstUploadedAt: Date | null;
  /** The same of the version that is shown. */
  latestUploader: string | null;
  latestUploadedAt: Date | null;
}

export interface FoundCategory {
  /** An estimate of the files that are directly in it. */
  files: number;
  /** Where it leads to instead, or null when it is no redirect. */
  redirect: {
    /** The template that says so, or null for a redirect of the wiki itself. */
    template: string | null;
    /** Titles of the categories that it may lead to: one, unless the text of the page has to tell. */
    targets: readonly string[];
  } | null;
}

/** Some members of a category, in its order. */
export interface CategoryPart<Member> {
  members: readonly Member[];
  /** Pages in the place of such members that have no file, e.g. redirects. */
  others: number;
  /** Where the next part begins, or null: this was the last one. */
  next: string | null;
}

/**
 * Reads categories of the wiki. Titles are without namespace, with blanks. Everything throws TemporaryError when the wiki
 * cannot be asked just now, DomainError NOT_CONFIGURED, RefusedError, or the reason of the signal.
 */
export interface CategorySource {
  /** What the positions in `after` and `next` mean differs from one to another. */
  readonly name: string;
  /** Null when there is neither a page nor a member. */
  find(title: string, signal: AbortSignal): Promise<FoundCategory | null>;
  /** At most 500 files that are directly in it. */
  listFiles(title: string, after: string | null, signal: AbortSignal): Promise<CategoryPart<CategoryFile>>;
  /** At most 500 titles. */
  listSubcategories(title: string, after: string | null, signal: AbortSignal): Promise<CategoryPart<string>>;
  /** About how many files are directly in these, all together. */
  estimateFiles(titles: readonly string[], signal: AbortSignal): Promise<number>;
}
