import type { Label, Reference, Snak, Statement } from '#app/protocol';
import type { MediaInfo } from '../types.js';
import { valueKey } from './value-key.js';

export interface StructuredDataAdditions {
  readonly statements: readonly Statement[];
  readonly labels: readonly Label[];
}

type Qualifiers = Readonly<Record<string, readonly Snak[]>>;

const keysOf = (snaks: readonly Snak[] | undefined): Set<string> => new Set((snaks ?? []).map(valueKey));

const allSnaks = (qualifiers: Qualifiers | undefined): Snak[] => Object.values(qualifiers ?? {}).flat();

const referenceKey = (reference: Reference): string =>
  allSnaks(reference.snaks).map(valueKey).sort().join('\n');

const missingQualifiers = (into: Statement, from: Statement): Snak[] => {
  const known = keysOf(allSnaks(into.qualifiers));
  return allSnaks(from.qualifiers).filter((snak) => {
    const key = valueKey(snak);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
};

const missingReferences = (into: Statement, from: Statement): Reference[] => {
  const known = new Set((into.references ?? []).map(referenceKey));
  return (from.references ?? []).filter((reference) => {
    const key = referenceKey(reference);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
};

/** The statement with what `from` has more, or the very same object when there is nothing more. */
function extend(into: Statement, from: Statement): Statement {
  const snaks = missingQualifiers(into, from);
  const references = missingReferences(into, from);
  if (snaks.length === 0 && references.length === 0) return into;
  const qualifiers: Record<string, Snak[]> = { ...into.qualifiers };
  for (const snak of snaks) qualifiers[snak.property] = [...(qualifiers[snak.property] ?? []), snak];
  const order = new Set([...(into['qualifiers-order'] ?? []), ...Object.keys(qualifiers)]);
  return {
    ...into,
    ...(snaks.length > 0 ? { qualifiers, 'qualifiers-order': [...order] } : {}),
    ...(references.length > 0 ? { references: [...(into.references ?? []), ...references] } : {}),
  };
}

/** Both speak of one property without agreeing on any value of it. */
const contradicts = (a: Statement, b: Statement): boolean =>
  Object.entries(a.qualifiers ?? {}).some(([property, snaks]) => {
    const others = b.qualifiers?.[property];
    if (!others?.length) return false;
    const known = keysOf(others);
    return !snaks.some((snak) => known.has(valueKey(snak)));
  });

/**
 * Main values are equal. “Some value” has no value to compare, so the qualifiers decide: an unnamed creator called Alice is
 * not the unnamed creator called Bob.
 */
const saysTheSame = (a: Statement, b: Statement): boolean =>
  valueKey(a.mainsnak) === valueKey(b.mainsnak) && (a.mainsnak.snaktype === 'value' || !contradicts(a, b));

const isCoordinate = ({ mainsnak }: Statement): boolean =>
  mainsnak.snaktype === 'value' && mainsnak.datavalue.type === 'globecoordinate';

/** One pass over the wanted statements of one property. @returns the statements after it, unchanged ones being the same objects */
function mergeOnce(
  current: readonly Statement[],
  wanted: readonly Statement[],
  mayAdd: boolean,
): readonly Statement[] {
  const merged = [...current];
  for (const statement of wanted) {
    const matches = merged.filter((candidate) => saysTheSame(candidate, statement));
    const match = matches.find((candidate) => extend(candidate, statement) === candidate) ?? matches[0];
    if (match) merged[merged.indexOf(match)] = extend(match, statement);
    else if (mayAdd) merged.push(statement);
  }
  return merged;
}

const same = (a: readonly Statement[], b: readonly Statement[]): boolean =>
  a.length === b.length && a.every((statement, index) => statement === b[index]);

function mergeProperty(existing: readonly Statement[], wanted: readonly Statement[]): Statement[] {
  if (existing.some(isCoordinate)) return [];
  let merged = existing;
  for (;;) {
    const next = mergeOnce(merged, wanted, existing.length === 0);
    if (same(next, merged)) break;
    merged = next;
  }
  return merged.filter((statement) => !existing.includes(statement));
}

const groupByProperty = (statements: readonly Statement[]): Map<string, Statement[]> => {
  const groups = new Map<string, Statement[]>();
  for (const statement of statements) {
    const { property } = statement.mainsnak;
    groups.set(property, [...(groups.get(property) ?? []), statement]);
  }
  return groups;
};

/**
 * What has to be sent so that a file says everything that is wanted, without changing anything that it says already; null
 * when it says it all. Pure and additive: unknown properties are added; a statement whose main value is equal gains missing
 * qualifiers and references and keeps its id, hashes and rank; other values of a known property and coordinates are left
 * alone; a label is added where its language has none.
 */
export function mergeStatements(
  existing: Pick<MediaInfo, 'statements' | 'labels'>,
  wanted: StructuredDataAdditions,
): StructuredDataAdditions | null {
  const statements = [...groupByProperty(wanted.statements)].flatMap(([property, group]) =>
    mergeProperty(existing.statements[property] ?? [], group),
  );
  const languages = new Set(existing.labels.map(({ language }) => language));
  const labels = wanted.labels.filter(({ language }) => {
    if (languages.has(language)) return false;
    languages.add(language);
    return true;
  });
  return statements.length > 0 || labels.length > 0 ? { statements, labels } : null;
}
