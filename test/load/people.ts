import { LiveClient } from '../support/live-client.js';
import { queryRows } from '../support/query-rows.js';
import type { Stack } from '../support/stack.js';
import { anItem, type Item } from '../support/upload-collection.js';
import { idOf, SAMPLE_SEQUENCES } from '../upstreams/index.js';

/** How many are signed in, or make their batches, at the same time. */
export const PEOPLE_AT_ONCE = 4;

export interface SignedInPerson {
  readonly name: string;
  readonly userid: string;
  readonly cookie: string;
}

/** Runs `work` for each, a few at once, in their order. */
export async function forEachPerson<One, Result>(
  all: readonly One[],
  work: (one: One, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const takeTurns = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++)
      results[index] = await work(all[index] as One, index);
  };
  await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, takeTurns));
  return results;
}

/** Accounts of the stand-in wiki, signed in. */
export async function signInPeople(stack: Stack, count: number): Promise<SignedInPerson[]> {
  const names = Array.from({ length: count }, (_, index) => `Load user ${index + 1}`);
  for (const name of names) stack.upstreams.commons.createUser({ name, editCount: 1_000 });
  const cookies = await forEachPerson(names, (name) => stack.cookieOf(name));
  const rows = await queryRows(stack.stores.databaseUrl, 'SELECT userid, username FROM users');
  const ids = new Map(rows.map((row) => [String(row['username']), String(row['userid'])]));
  return names.map((name, index) => ({ name, userid: ids.get(name) ?? '', cookie: cookies[index] ?? '' }));
}

/** Items that nobody had before: small pictures. */
export class Items {
  private next = 0;

  take(count: number): Item[] {
    const { many } = SAMPLE_SEQUENCES;
    return Array.from({ length: count }, () => {
      const id = idOf(many, this.next % many.count);
      const round = Math.floor(this.next / many.count);
      this.next += 1;
      return anItem({ id }, many.id, { title: `Load ${id} ${round}.jpg` });
    });
  }
}

/** A connection of this person, for as long as `work` takes. */
async function withClient<T>(
  url: string,
  { cookie }: SignedInPerson,
  work: (client: LiveClient) => Promise<T>,
): Promise<T> {
  const client = await LiveClient.connect(url, { cookie });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** A batch without uploads. @returns its id */
export const createEmptyBatch = (url: string, person: SignedInPerson): Promise<number> =>
  withClient(
    url,
    person,
    async (client) => (await client.ask({ type: 'CREATE_BATCH' }, 'BATCH_CREATED')).data,
  );

export const fillBatch = (
  url: string,
  person: SignedInPerson,
  batchid: number,
  items: Item[],
): Promise<void> =>
  withClient(url, person, async (client) => {
    const data = { batchid, sliceid: 0, handler: 'mapillary' as const, items };
    await client.ask({ type: 'UPLOAD_SLICE', data }, 'UPLOAD_SLICE_ACK');
  });
