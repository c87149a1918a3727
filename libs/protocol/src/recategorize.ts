import { createHash } from 'node:crypto';

/** Which files of an import are moved: those of these pages, or those that the filter lets through; all of them without either. */
export interface FileSelection {
  importId: number;
  /** Ascending, each once. */
  pageIds?: readonly number[];
  filter?: SelectionFilter;
}

/** What the files of an import are filtered by, as JSON. */
export interface SelectionFilter {
  /** Text that the name has in it, in any case. */
  name?: string;
  /** `image/jpeg`, or `image/` for all that begin so. */
  mime?: string;
  firstUploader?: string;
  latestUploader?: string;
  /** Without namespace. */
  category?: string;
  /** ISO moments: the first version not before this, */
  uploadedFrom?: string;
  /** and before that. */
  uploadedBefore?: string;
  /** Pixels. */
  minSide?: number;
}

/** What a job of kind `recategorize` is told. */
export interface RecategorizeParams {
  /** With the namespace `Category:`, blanks for underscores. */
  source: string;
  target: string;
  /** 12 hexadecimal characters, in the summary of each of its edits. */
  editGroupId: string;
  /** Absent: all files that are in the source. */
  selection?: FileSelection;
}

/** What a job of kind `recategorize` ends with. */
export interface RecategorizeResult {
  /** Files that were moved. */
  count: number;
  /** Files that were left as they were. */
  untouched: number;
}

const FILTERS = [
  'name',
  'mime',
  'firstUploader',
  'latestUploader',
  'category',
  'uploadedFrom',
  'uploadedBefore',
  'minSide',
] as const satisfies readonly (keyof SelectionFilter)[];

/** The same for the same selection, whatever the order of what it says. */
function fingerprintOf({ importId, pageIds, filter }: FileSelection): string {
  const fields = FILTERS.map((name) => filter?.[name] ?? null);
  return createHash('sha256')
    .update(JSON.stringify([importId, pageIds ?? null, fields]))
    .digest('hex');
}

/** A person has one open job for each pair of categories, and for each selection of files of the first. */
export function recategorizeSubject({
  source,
  target,
  selection,
}: Pick<RecategorizeParams, 'source' | 'target' | 'selection'>): string {
  const pair = `${source}\n${target}`;
  return selection === undefined ? pair : `${pair}\n${fingerprintOf(selection)}`;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number');

function parseFilter(filter: unknown): SelectionFilter | undefined {
  if (filter === undefined) return undefined;
  if (!isObject(filter)) throw new Error('A recategorize job has a filter that is none');
  for (const [name, value] of Object.entries(filter)) {
    const isKnown = FILTERS.some((known) => known === name);
    // A filter that is not understood would move files that nobody asked for.
    if (!isKnown || typeof value !== (name === 'minSide' ? 'number' : 'string')) {
      throw new Error(`A recategorize job has a filter ${name} that is not known`);
    }
  }
  return filter;
}

function parseSelection(selection: unknown): FileSelection | undefined {
  if (selection === undefined) return undefined;
  if (!isObject(selection) || typeof selection['importId'] !== 'number') {
    throw new Error('A recategorize job has a selection without its import');
  }
  const { importId, pageIds } = selection;
  if (pageIds !== undefined && !isNumbers(pageIds)) {
    throw new Error('A recategorize job has pages that are none');
  }
  const filter = parseFilter(selection['filter']);
  return { importId, ...(pageIds && { pageIds }), ...(filter && { filter }) };
}

/** @throws Error when these are no params of such a job */
export function parseRecategorizeParams(params: Json): RecategorizeParams {
  const textOf = (name: 'source' | 'target' | 'editGroupId'): string => {
    const value = params[name];
    if (typeof value !== 'string') throw new Error(`A recategorize job has no ${name}`);
    return value;
  };
  const selection = parseSelection(params['selection']);
  return {
    source: textOf('source'),
    target: textOf('target'),
    editGroupId: textOf('editGroupId'),
    ...(selection && { selection }),
  };
}
