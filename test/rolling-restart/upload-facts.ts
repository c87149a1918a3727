import { plain, type PlainStatement } from '../chaos/check-statements.js';
import { queryRows } from '../support/query-rows.js';
import type { Stack } from '../support/stack.js';
import type { Item } from '../support/upload-collection.js';

/** Everything that a run has left of one upload, and what it took. */
export interface UploadFacts {
  status: string;
  error: unknown;
  isOwing: boolean;
  /** Whether a worker, a token or a lease is left in its row. */
  isHeld: boolean;
  /** SHA-1 of each version of its file. */
  versions: string[];
  /** Of its page, newest first. */
  texts: string[];
  caption: string | undefined;
  statements: string[];
  published: number;
  /** Requests for its picture. */
  downloads: number;
  chunks: number;
  commits: number;
}

const ROWS = `SELECT \`key\` AS upload_key, status, error, sdc_owed, access_token, lease_owner, leased_until
  FROM upload_requests WHERE batchid = ? ORDER BY id`;

/** By image id. */
export async function readFacts(
  stack: Stack,
  batchid: number,
  items: readonly Item[],
): Promise<Map<string, UploadFacts>> {
  const { commons, cdn } = stack.upstreams;
  const rows = await queryRows(stack.stores.databaseUrl, ROWS, [batchid]);
  const count = <T>(entries: readonly T[], key: (entry: T) => string | undefined): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const entry of entries) {
      const name = key(entry);
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  };
  const requests = (step: string): Map<string, number> =>
    count(commons.log, (entry) => (entry.step === step ? entry.params['filename'] : undefined));
  const chunks = requests('chunk');
  const commits = requests('commit');
  const downloads = count(cdn.log, ({ action, step }) => (step === 'original' ? action : undefined));
  const published = count(commons.uploads, ({ title }) => title);
  const titles = new Map(items.map(({ id, title }) => [id, title]));
  return new Map(
    rows.map((row) => {
      const id = String(row['upload_key']);
      const title = titles.get(id) ?? '';
      const page = commons.file(title);
      const info = page?.revisions[0]?.mediaInfo;
      const statements = Object.values(info?.statements ?? {}).flat() as PlainStatement[];
      const facts: UploadFacts = {
        status: String(row['status']),
        error: row['error'] as unknown,
        isOwing: row['sdc_owed'] === 1,
        isHeld: [row['access_token'], row['lease_owner'], row['leased_until']].some(
          (value) => value !== null,
        ),
        versions: page?.versions.map(({ sha1 }) => sha1) ?? [],
        texts: page?.revisions.map(({ text }) => text) ?? [],
        caption: info?.labels['en']?.value,
        statements: statements.map(plain).sort(),
        published: published.get(`File:${title}`) ?? 0,
        downloads: downloads.get(id) ?? 0,
        chunks: chunks.get(title) ?? 0,
        commits: commits.get(title) ?? 0,
      };
      return [id, facts];
    }),
  );
}

/** In what two runs of the same uploads differ. */
export function compareFacts(
  quiet: ReadonlyMap<string, UploadFacts>,
  other: ReadonlyMap<string, UploadFacts>,
): string[] {
  const differences: string[] = [];
  if (other.size !== quiet.size) differences.push(`${other.size} rows instead of ${quiet.size}`);
  for (const [id, expected] of quiet) {
    const found = other.get(id);
    for (const name of Object.keys(expected) as (keyof UploadFacts)[]) {
      const [want, have] = [JSON.stringify(expected[name]), JSON.stringify(found?.[name])];
      if (want !== have)
        differences.push(`${id}: ${name} is ${have?.slice(0, 200)} instead of ${want.slice(0, 200)}`);
    }
  }
  return differences;
}
