/** What a job of kind `recategorize` is told. */
export interface RecategorizeParams {
  /** With the namespace `Category:`, blanks for underscores. */
  source: string;
  target: string;
  /** 12 hexadecimal characters, in the summary of each of its edits. */
  editGroupId: string;
}

/** What a job of kind `recategorize` ends with. */
export interface RecategorizeResult {
  /** Files that were moved. */
  count: number;
  /** Files that were left as they were. */
  untouched: number;
}

/** A person has one open job for each pair of categories. */
export const recategorizeSubject = ({
  source,
  target,
}: Pick<RecategorizeParams, 'source' | 'target'>): string => `${source}\n${target}`;

/** @throws Error when these are no params of such a job */
export function parseRecategorizeParams(params: Readonly<Record<string, unknown>>): RecategorizeParams {
  const textOf = (name: keyof RecategorizeParams): string => {
    const value = params[name];
    if (typeof value !== 'string') throw new Error(`A recategorize job has no ${name}`);
    return value;
  };
  return { source: textOf('source'), target: textOf('target'), editGroupId: textOf('editGroupId') };
}
