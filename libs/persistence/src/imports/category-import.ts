import type { CategoryFile, JobError, JobStatus } from '#app/protocol';

/** One step from a category to where it leads. */
export interface RedirectStep {
  /** Where from: without namespace, with blanks. */
  title: string;
  /** The template that says so, or null for a redirect of the wiki itself. */
  template: string | null;
}

export interface AskedImport {
  userid: string;
  /** Without namespace, with blanks. */
  title: string;
  /** How many levels of subcategories are read as well. */
  depth: number;
}

/** What came of a category so far, for everybody who asked for it. */
interface Findings {
  /** The category that is read, where redirects have led; null before that is known. */
  category: string | null;
  /** The way there; empty when it is the one that was asked for. */
  redirects: readonly RedirectStep[];
  chunks: number;
  files: number;
  categories: number;
  /** Pages in the file namespace that have no file. */
  others: number;
  /** There were more subcategories than are read. */
  isTruncated: boolean;
}

/** A person's import of a category. */
export interface CategoryImport extends AskedImport, Findings {
  id: number;
  /** Of what it shares with the others who asked for the same. */
  runId: number;
  /** The background job behind it. */
  jobId: number | null;
  status: JobStatus;
  /** An estimate while it runs. */
  total: number | null;
  error: JobError | null;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  /** From when on its files are not told any more. */
  expiresAt: Date | null;
}

/** A run as its worker sees it. */
export interface ImportRun extends AskedImport, Findings {
  id: number;
  isComplete: boolean;
  isAbandoned: boolean;
}

export interface ImportCategory {
  /** From 0, in the order in which they are read. */
  number: number;
  level: number;
  title: string;
}

export interface ImportedFile extends CategoryFile {
  /** From 0, without gaps. */
  position: number;
  /** The first of the categories that it was found in. */
  category: string;
}

export const FILE_ORDERS = ['position', 'name', 'size', 'first_uploaded_at', 'latest_uploaded_at'] as const;
export type FileOrder = (typeof FILE_ORDERS)[number];

/** Which of an import's files. */
export interface FileFilter {
  /** Text that the name has in it, in any case. */
  name?: string | undefined;
  /** `image/jpeg`, or `image/` for all that begin so. */
  mime?: string | undefined;
  firstUploader?: string | undefined;
  latestUploader?: string | undefined;
  /** Title of the category that it was found in. */
  category?: string | undefined;
  /** The first version not before this, */
  uploadedFrom?: Date | undefined;
  /** and before that. */
  uploadedBefore?: Date | undefined;
  /** Pixels that both sides have at least. */
  minSide?: number | undefined;
}

export interface FilesQuery extends FileFilter {
  /** From 0. */
  page: number;
  size: number;
  sortby: FileOrder;
  asc: boolean;
}
