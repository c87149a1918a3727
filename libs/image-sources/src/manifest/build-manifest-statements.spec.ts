import { describe, expect, it } from '@jest/globals';
import type { ManifestCells, Snak, Statement } from '#app/protocol';

import { someCells } from '../testing/a-manifest-row.js';
import { buildManifestStatements } from './build-manifest-statements.js';
import { readManifestRow } from './read-manifest-row.js';

const build = (more: Partial<ManifestCells> = {}, withCopyright = true): Statement[] =>
  buildManifestStatements(readManifestRow(someCells(more)), withCopyright);

const valueOf = (snak: Snak | undefined): unknown =>
  snak?.snaktype === 'value' ? snak.datavalue.value : snak?.snaktype;

/** Property → main value and qualifiers. */
const brief = (statements: readonly Statement[]): Record<string, unknown> =>
  Object.fromEntries(
    statements.map(({ mainsnak, qualifiers = {} }) => [
      mainsnak.property,
      [valueOf(mainsnak), Object.fromEntries(Object.entries(qualifiers).map(([p, [q]]) => [p, valueOf(q)]))],
    ]),
  );

const anItem = (id: string): unknown => expect.objectContaining({ id });

describe('the structured data of a file from a manifest', () => {
  it('states what its row says', () => {
    expect(brief(build())).toEqual({
      P170: ['somevalue', { P2093: 'Ada Example', P2699: 'https://example.org/people/ada' }],
      P571: [expect.objectContaining({ time: '+2024-05-17T00:00:00Z', precision: 11 }), {}],
      P7482: [anItem('Q74228490'), { P973: 'https://example.org/crane' }],
      P1259: [
        expect.objectContaining({ latitude: 53.5411, longitude: 9.9937, precision: 0.0001 }),
        { P7787: { amount: '+90.5', unit: 'http://www.wikidata.org/entity/Q28390' } },
      ],
      P6216: [anItem('Q50423863'), {}],
      P275: [anItem('Q18199165'), {}],
    });
  });

  it('states a date as exactly as it is known', () => {
    const inceptionOf = (taken: string): unknown => brief(build({ taken }))['P571'];
    expect(inceptionOf('2024')).toEqual([
      expect.objectContaining({ time: '+2024-00-00T00:00:00Z', precision: 9 }),
      {},
    ]);
    expect(inceptionOf('2024-05')).toEqual([
      expect.objectContaining({ time: '+2024-05-00T00:00:00Z', precision: 10 }),
      {},
    ]);
    expect(inceptionOf('')).toBeUndefined();
  });

  it('states what was given to the public domain as such', () => {
    expect(brief(build({ license: 'CC0' }))).toMatchObject({
      P6216: [anItem('Q88088423'), {}],
      P275: [anItem('Q6938433'), {}],
    });
  });

  it('leaves out what is not known or not wanted', () => {
    const nothing = { author_url: '', latitude: '', longitude: '', heading: '' };
    expect(Object.keys(brief(build(nothing, false)))).toEqual(['P170', 'P571', 'P7482']);
    expect(brief(build(nothing))['P170']).toEqual(['somevalue', { P2093: 'Ada Example' }]);
    expect(brief(build({ heading: '' }))['P1259']).toEqual([expect.anything(), {}]);
  });
});
