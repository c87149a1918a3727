import { readFile } from 'node:fs/promises';
import type { Snak, Statement } from '../upstreams/commons/wikibase-values.js';

const ENTITY = 'http://www.wikidata.org/entity/';
const GREGORIAN = `${ENTITY}Q1985727`;
const EARTH = `${ENTITY}Q2`;

type Members = Record<string, unknown>;

/** The value when the rest of the members is as usual, else all of them: nothing unusual goes unseen. */
const short = (members: Members, usual: Members, text: string): string =>
  Object.entries(usual).every(([name, value]) => (members[name] ?? null) === value)
    ? text
    : JSON.stringify(members);

function renderValue({ type, value }: NonNullable<Snak['datavalue']>): string {
  if (type === 'string') return JSON.stringify(value);
  const members = value as Members;
  switch (type) {
    case 'wikibase-entityid':
      return short(members, { 'entity-type': 'item' }, String(members['id']));
    case 'time':
      return short(
        members,
        { timezone: 0, before: 0, after: 0, calendarmodel: GREGORIAN },
        `${String(members['time'])}/${String(members['precision'])}`,
      );
    case 'quantity':
      return short(
        members,
        { upperBound: null, lowerBound: null },
        `${String(members['amount'])} ${String(members['unit']).replace(ENTITY, '')}`,
      );
    case 'globecoordinate':
      return short(
        members,
        { altitude: null, globe: EARTH },
        `@${String(members['latitude'])}/${String(members['longitude'])} ±${String(members['precision'])}`,
      );
    default:
      return JSON.stringify({ type, value });
  }
}

const renderSnak = ({ property, snaktype, datavalue }: Snak): string =>
  `${property} ${datavalue === undefined ? snaktype : renderValue(datavalue)}`;

function renderStatement(statement: Statement): string {
  const { mainsnak, rank, qualifiers = {}, references = [] } = statement;
  const order = statement['qualifiers-order'] ?? Object.keys(qualifiers);
  return [
    renderSnak(mainsnak) + (rank === 'normal' ? '' : ` (${rank})`),
    ...order.flatMap((property) => (qualifiers[property] ?? []).map((snak) => `  ${renderSnak(snak)}`)),
    ...references.map((reference) => `  reference ${JSON.stringify(reference.snaks)}`),
  ].join('\n');
}

/**
 * Statements as text, one a paragraph with its qualifiers indented, in the order of their properties. Items and times look as
 * in QuickStatements. @see https://www.wikidata.org/wiki/Help:QuickStatements
 */
export const renderStatements = (statements: Record<string, readonly Statement[]>): string[] =>
  Object.values(statements)
    .flatMap((list) => list.map(renderStatement))
    .sort();

/**
 * The statements that files are to have, by the name of each: `== name ==` begins one, `#` begins a remark.
 * @param file in this folder @param values of `{placeholders}`
 */
export async function readGolden(
  file: string,
  values: Readonly<Record<string, string>> = {},
): Promise<Map<string, string[]>> {
  const text = await readFile(new URL(file, import.meta.url), 'utf8');
  const filled = Object.entries(values).reduce(
    (before, [name, value]) => before.replaceAll(`{${name}}`, value),
    text.replace(/^#.*\n/gm, ''),
  );
  const sections = filled.split(/^== (.+) ==$/m).slice(1);
  const golden = new Map<string, string[]>();
  for (let n = 0; n < sections.length; n += 2) {
    const paragraphs = (sections[n + 1] ?? '').trim().split(/\n(?! )\n*/);
    golden.set(sections[n] ?? '', paragraphs.sort());
  }
  return golden;
}
