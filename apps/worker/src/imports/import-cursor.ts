import type { JobData } from '#app/persistence';

/** Where an import goes on. */
export interface ImportCursor {
  /** Name of the CategorySource that knows `after`. */
  source: string;
  /** Number of the category. */
  category: number;
  part: 'subcategories' | 'files';
  after: string | null;
}

export const startOf = (source: string, category: number): ImportCursor => ({
  source,
  category,
  part: 'subcategories',
  after: null,
});

export const writeCursor = (cursor: ImportCursor): JobData => ({ ...cursor });

/** @param source if the place was another's, the category is read from its beginning */
export function readCursor(kept: JobData, source: string): ImportCursor {
  const { category, part, after } = kept;
  if (typeof category !== 'number') throw new TypeError('An import without its category');
  if (kept['source'] !== source || (part !== 'subcategories' && part !== 'files'))
    return startOf(source, category);
  return { source, category, part, after: typeof after === 'string' ? after : null };
}
