export interface MoveSummary {
  /** Edit summary. */
  text: string;
  /** The part that no other job's edits have, nor anybody else's. */
  mark: string;
}

/** Longer summaries are cut by the wiki. @see https://www.mediawiki.org/wiki/Help:Edit_summary */
const MAX_LENGTH = 500;

/**
 * EditGroups finds the edits of a job by the link in it.
 * @param source with namespace @param target with namespace @param editGroupId 12 hexadecimal characters
 */
export function moveSummary({
  source,
  target,
  editGroupId,
}: Record<'source' | 'target' | 'editGroupId', string>): MoveSummary {
  const mark = `[[:toolforge:editgroups-commons/b/curator/${editGroupId}|details]]`;
  const end = `to [[:${target}]] via Curator (${mark})`;
  const whole = `Moving from [[:${source}]] ${end}`;
  return { text: [...whole].length > MAX_LENGTH ? `Moving ${end}` : whole, mark };
}
