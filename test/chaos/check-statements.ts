import { createImageSources } from '#app/image-sources';
import type { ImageSource } from '#app/protocol';
import { Agent } from 'undici';
import type { Page, Upstreams } from '../upstreams/index.js';
import { describeRow, problem, type Problem, type RunFacts, type UploadRow } from './run-facts.js';

const doubled = problem('doubled');
const wrong = problem('wrong');
const AT_ONCE = 20;

interface PlainSnak {
  snaktype: string;
  property: string;
  datavalue?: unknown;
}
export interface PlainStatement {
  mainsnak: PlainSnak;
  rank: string;
  qualifiers?: Readonly<Record<string, readonly PlainSnak[]>>;
}

/** With its members in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}

const plainSnak = ({ snaktype, property, datavalue }: PlainSnak): PlainSnak => ({
  snaktype,
  property,
  datavalue,
});
/** Without what the wiki adds (ids and hashes), in a fixed order. */
export function plain({ mainsnak, rank, qualifiers = {} }: PlainStatement): string {
  const plainQualifiers = Object.entries(qualifiers).map(([property, snaks]) => [
    property,
    snaks.map(plainSnak),
  ]);
  const statement = {
    mainsnak: plainSnak(mainsnak),
    rank,
    qualifiers: Object.fromEntries(plainQualifiers) as unknown,
  };
  return JSON.stringify(sorted(statement));
}

/** Every published file, and every one that was found already there, has the statements of its photo, each of them once. */
export async function checkStatements(facts: RunFacts): Promise<Problem[]> {
  const { upstreams } = facts.stack;
  const agent = new Agent();
  try {
    const source = sourceOf(upstreams, agent);
    const problems: Problem[] = [];
    const rows = facts.rows.filter(
      ({ status }) => status === 'completed' || status.startsWith('duplicated_sdc'),
    );
    for (let start = 0; start < rows.length; start += AT_ONCE)
      for (const found of await Promise.all(
        rows.slice(start, start + AT_ONCE).map((row) => checkRow(row, source, upstreams)),
      ))
        problems.push(...found);
    return problems;
  } finally {
    await agent.close();
  }
}

const sourceOf = ({ mapillary, geocoding }: Upstreams, dispatcher: Agent): ImageSource => {
  const { mapillary: source } = createImageSources({
    dispatcher,
    userAgent: 'CuratorTests/1.0 (https://github.com/; tests)',
    existingFiles: { findByProperty: async () => new Map() },
    cache: { find: async () => null, keep: async () => undefined },
    mapillary: { apiUrl: mapillary.url, token: mapillary.token },
    geocoding: { url: geocoding.reverseUrl, concurrency: 1 },
    delayScale: 0,
  });
  if (source === undefined) throw new Error('There is no source of images');
  return source;
};

async function checkRow(
  row: UploadRow,
  source: ImageSource,
  { commons, cdn }: Upstreams,
): Promise<Problem[]> {
  const sha1 = await cdn.sha1(row.key);
  const pages = commons.files.filter(({ versions }) => versions[0]?.sha1 === sha1);
  const image = await source.fetchImageMetadata(row.key, '');
  const expected = image.statements(row.copyrightOverride).map(plain).sort();
  return pages.flatMap((page) => compare(row, page, expected));
}

function compare(row: UploadRow, page: Page, expected: readonly string[]): Problem[] {
  const info = page.revisions[0]?.mediaInfo;
  const found = Object.values(info?.statements ?? {})
    .flat()
    .map(plain)
    .sort();
  const problems: Problem[] = [];
  if (new Set(found).size < found.length) problems.push(doubled(`${page.title.text} has statements twice`));
  const missing = expected.filter((one) => !found.includes(one));
  const more = found.filter((one) => !expected.includes(one));
  if (missing.length > 0 || more.length > 0)
    problems.push(
      wrong(
        `${page.title.text} lacks ${missing.length} statements and has ${more.length} others: ${describeRow(row)} ` +
          `${(missing[0] ?? '').slice(0, 200)} ${(more[0] ?? '').slice(0, 200)}`,
      ),
    );
  if (info?.labels['en']?.value !== `Street ${row.key}`)
    problems.push(wrong(`${page.title.text} has no caption: ${describeRow(row)}`));
  return problems;
}
