import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataValue, Label, Reference, Snak, Statement } from '#app/protocol';
import { mergeStatements, type StructuredDataAdditions } from './merge-statements.js';
import { valueKey } from './value-key.js';

const text = (property: string, value: string): Snak => ({
  snaktype: 'value',
  property,
  datavalue: { type: 'string', value },
});
const item = (property: string, id: string): Snak => ({
  snaktype: 'value',
  property,
  datavalue: { type: 'wikibase-entityid', value: { 'entity-type': 'item', id } },
});
const place = (property: string, latitude: number): Snak => ({
  snaktype: 'value',
  property,
  datavalue: {
    type: 'globecoordinate',
    value: { latitude, longitude: 1, precision: 0.0001, globe: 'http://www.wikidata.org/entity/Q2' },
  },
});
const some = (property: string): Snak => ({ snaktype: 'somevalue', property });

const group = (snaks: readonly Snak[]): Record<string, Snak[]> => {
  const groups: Record<string, Snak[]> = {};
  for (const snak of snaks) (groups[snak.property] ??= []).push(snak);
  return groups;
};
const claim = (mainsnak: Snak, qualifiers: Snak[] = [], references: Reference[] = []): Statement => ({
  type: 'statement',
  rank: 'normal',
  mainsnak,
  ...(qualifiers.length > 0 ? { qualifiers: group(qualifiers) } : {}),
  ...(references.length > 0 ? { references } : {}),
});
const stored = (statement: Statement, id: string): Statement => ({
  ...statement,
  id,
  mainsnak: { ...statement.mainsnak, hash: `hash of ${id}` },
});

interface Existing {
  statements: Record<string, Statement[]>;
  labels: Label[];
}

const existing = (statements: Statement[], labels: Label[] = []): Existing => {
  const byProperty: Record<string, Statement[]> = {};
  for (const statement of statements) (byProperty[statement.mainsnak.property] ??= []).push(statement);
  return { statements: byProperty, labels };
};
const wanted = (statements: Statement[], labels: Label[] = []): StructuredDataAdditions => ({
  statements,
  labels,
});

/** As `wbeditentity` does: a statement with an id replaces that one, another is added. */
function apply(before: Existing, { statements, labels }: StructuredDataAdditions): Existing {
  const all = Object.values(before.statements).flat();
  const replaced = all.map((old) => statements.find(({ id }) => id === old.id) ?? old);
  const added = statements
    .filter(({ id }) => id === undefined)
    .map((statement, index) => stored(statement, `M1$new-${all.length + index}`));
  return existing([...replaced, ...added], [...before.labels, ...labels]);
}

describe('mergeStatements', () => {
  it('adds what is not known', () => {
    const creator = claim(some('P170'), [text('P2093', 'Alice')]);
    expect(mergeStatements(existing([]), wanted([creator], [{ language: 'en', value: 'A street' }]))).toEqual(
      {
        statements: [creator],
        labels: [{ language: 'en', value: 'A street' }],
      },
    );
  });

  it('completes a statement of equal value, keeping id, hashes and rank', () => {
    const old = {
      ...stored(claim(item('P7482', 'Q74228490'), [item('P137', 'Q1')]), 'M1$a'),
      rank: 'preferred' as const,
    };
    const reference = { snaks: group([text('P854', 'https://example.org')]) };
    const more = claim(
      item('P7482', 'Q74228490'),
      [item('P137', 'Q1'), text('P973', 'https://a.example')],
      [reference],
    );
    expect(mergeStatements(existing([old]), wanted([more]))?.statements).toEqual([
      {
        ...old,
        qualifiers: group([item('P137', 'Q1'), text('P973', 'https://a.example')]),
        'qualifiers-order': ['P137', 'P973'],
        references: [reference],
      },
    ]);
  });

  it('leaves other values of a known property alone', () => {
    const old = stored(claim(item('P275', 'Q1')), 'M1$a');
    expect(mergeStatements(existing([old]), wanted([claim(item('P275', 'Q2'))]))).toBeNull();
  });

  it('leaves coordinates alone, even for their qualifiers', () => {
    const old = stored(claim(place('P1259', 1)), 'M1$a');
    const same = claim(place('P1259', 1), [text('P7787', '12')]);
    expect(mergeStatements(existing([old]), wanted([same]))).toBeNull();
    expect(mergeStatements(existing([]), wanted([same]))?.statements).toEqual([same]);
  });

  it('completes an unnamed creator of the same name, not one of another', () => {
    const alice = claim(some('P170'), [text('P2093', 'Alice'), text('P13988', 'alice')]);
    const named = stored(claim(some('P170'), [text('P2093', 'Alice')]), 'M1$a');
    expect(mergeStatements(existing([named]), wanted([alice]))?.statements).toMatchObject([{ id: 'M1$a' }]);
    const other = stored(claim(some('P170'), [text('P2093', 'Bob')]), 'M1$b');
    expect(mergeStatements(existing([other]), wanted([alice]))).toBeNull();
  });

  it('adds a label only where its language has none', () => {
    const before = existing([], [{ language: 'en', value: 'Old' }]);
    const labels = [
      { language: 'en', value: 'New' },
      { language: 'de', value: 'Neu' },
    ];
    expect(mergeStatements(before, wanted([], labels))).toEqual({ statements: [], labels: [labels[1]] });
  });

  it('takes references for equal whatever the order of their snaks', () => {
    const [a, b] = [text('P854', 'x'), text('P813', 'y')];
    const old = stored(claim(item('P275', 'Q1'), [], [{ hash: 'h', snaks: group([a, b]) }]), 'M1$a');
    expect(
      mergeStatements(existing([old]), wanted([claim(item('P275', 'Q1'), [], [{ snaks: group([b, a]) }])])),
    ).toBeNull();
  });
});

const property = fc.constantFrom('P1', 'P2', 'P3');
const snak: fc.Arbitrary<Snak> = fc.oneof(
  fc.tuple(property, fc.constantFrom('a', 'b', 'c')).map(([p, v]) => text(p, v)),
  fc.tuple(property, fc.constantFrom('Q1', 'Q2')).map(([p, v]) => item(p, v)),
  fc.tuple(property, fc.constantFrom(1, 2)).map(([p, v]) => place(p, v)),
  property.map(some),
);
const reference = fc.array(snak, { minLength: 1, maxLength: 2 }).map((snaks) => ({ snaks: group(snaks) }));
const statement = fc
  .tuple(snak, fc.array(snak, { maxLength: 3 }), fc.array(reference, { maxLength: 2 }))
  .map((parts) => claim(...parts));
const label = fc.record({ language: fc.constantFrom('en', 'de', 'fr'), value: fc.constantFrom('x', 'y') });
const before = fc
  .tuple(
    fc.array(statement, { maxLength: 4 }),
    fc.uniqueArray(label, { selector: ({ language }) => language }),
  )
  .map(([statements, labels]) =>
    existing(
      statements.map((one, index) => stored(one, `M1$${index}`)),
      labels,
    ),
  );
const after = fc
  .tuple(fc.array(statement, { maxLength: 4 }), fc.array(label, { maxLength: 3 }))
  .map(([statements, labels]) => wanted(statements, labels));

const facts = ({ statements, labels }: Existing): string[] => [
  ...Object.values(statements)
    .flat()
    .flatMap(({ id, rank, mainsnak, qualifiers, references }) => [
      `${id} ${rank} ${mainsnak.hash} ${valueKey(mainsnak)}`,
      ...Object.values(qualifiers ?? {})
        .flat()
        .map((q) => `${id} ${valueKey(q)}`),
      ...(references ?? []).map((r) => `${id} ${JSON.stringify(r)}`),
    ]),
  ...labels.map(({ language, value }) => `${language} ${value}`),
];

describe('mergeStatements, for anything', () => {
  it('has nothing to add a second time', () => {
    fc.assert(
      fc.property(before, after, (old, more) => {
        const additions = mergeStatements(old, more);
        return additions === null || mergeStatements(apply(old, additions), more) === null;
      }),
      { numRuns: 1000 },
    );
  });

  it('removes and changes nothing', () => {
    fc.assert(
      fc.property(before, after, (old, more) => {
        const untouched = structuredClone(old);
        const additions = mergeStatements(old, more);
        expect(old).toEqual(untouched);
        const result = new Set(facts(apply(old, additions ?? wanted([]))));
        expect(facts(old).filter((fact) => !result.has(fact))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('sends a statement only once', () => {
    fc.assert(
      fc.property(before, after, (old, more) => {
        const ids = mergeStatements(old, more)?.statements.flatMap(({ id }) => id ?? []) ?? [];
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('valueKey', () => {
  const key = (datavalue: DataValue): string => valueKey({ snaktype: 'value', property: 'P1', datavalue });
  const quantity = (amount: string, unit = 'http://www.wikidata.org/entity/Q355198'): string =>
    key({ type: 'quantity', value: { amount, unit } });
  const time = (value: string, precision: number): string =>
    key({
      type: 'time',
      value: {
        time: value,
        precision,
        timezone: 0,
        before: 0,
        after: 0,
        calendarmodel: 'http://www.wikidata.org/entity/Q1985727',
      },
    });
  const entity = (value: object): string =>
    key({ type: 'wikibase-entityid', value: { 'entity-type': 'item', id: '', ...value } });

  it('knows numbers in every format', () => {
    expect(quantity('+5472')).toBe(quantity('5472'));
    expect(quantity('+05472.00', 'https://www.wikidata.org/entity/Q355198')).toBe(quantity('5472'));
    expect(quantity('-0')).toBe(quantity('+0.0'));
    expect(quantity('-1')).not.toBe(quantity('+1'));
    expect(quantity('+10')).not.toBe(quantity('+1'));
    expect(quantity('+1', '1')).not.toBe(quantity('+1'));
  });

  it('knows entities by id and by number', () => {
    expect(entity({ 'numeric-id': 42 })).toBe(entity({ id: 'Q42', 'numeric-id': 42 }));
    expect(entity({ id: 'Q42' })).not.toBe(entity({ id: 'Q43' }));
  });

  it('compares times as far as they are precise', () => {
    expect(time('+0000002023-10-11T00:00:00Z', 11)).toBe(time('+2023-10-11T12:00:00Z', 11));
    expect(time('+2023-00-00T00:00:00Z', 9)).toBe(time('+2023-01-01T00:00:00Z', 9));
    expect(time('+2023-10-11T00:00:00Z', 11)).not.toBe(time('+2023-10-12T00:00:00Z', 11));
    expect(time('+2023-10-11T00:00:00Z', 11)).not.toBe(time('+2023-10-11T00:00:00Z', 9));
    expect(time('-2023-10-11T00:00:00Z', 11)).not.toBe(time('+2023-10-11T00:00:00Z', 11));
  });

  it('does not care about hashes', () => {
    expect(valueKey({ ...text('P1', 'a'), hash: 'x' })).toBe(valueKey(text('P1', 'a')));
  });
});
