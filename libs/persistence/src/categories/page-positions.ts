/**
 * The places of one page in a numbered list some of whose places are empty.
 * @param places how many the list has, from 0
 * @param gaps the empty ones, in order
 */
export function pagePositions(
  places: number,
  gaps: readonly number[],
  { offset, limit }: { offset: number; limit: number },
): number[] {
  let place = offset;
  let next = 0;
  const skipGaps = (): void => {
    for (; next < gaps.length && (gaps[next] ?? Infinity) <= place; next += 1) place += 1;
  };
  const page: number[] = [];
  for (skipGaps(); place < places && page.length < limit; place += 1, skipGaps()) page.push(place);
  return page;
}
