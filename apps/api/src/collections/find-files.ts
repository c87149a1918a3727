import type { PageClient } from '#app/commons-client';
import type { FileLink } from '#app/protocol';
import pLimit from 'p-limit';

/** As many as the API takes in one request. */
const TITLES_A_REQUEST = 50;
/** Requests at once; the person's uploads go on beside them. */
const REQUESTS = 2;

/** The files that any number of titles lead to now, as PageClient tells it. */
export async function findFiles(
  client: Pick<PageClient, 'findFiles'>,
  titles: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FileLink | null>> {
  const limit = pLimit(REQUESTS);
  const starts = Array.from(
    { length: Math.ceil(titles.length / TITLES_A_REQUEST) },
    (_, n) => n * TITLES_A_REQUEST,
  );
  const found = await Promise.all(
    starts.map((start) =>
      limit(() => client.findFiles(titles.slice(start, start + TITLES_A_REQUEST), signal)),
    ),
  );
  return new Map(found.flatMap((files) => [...files]));
}
