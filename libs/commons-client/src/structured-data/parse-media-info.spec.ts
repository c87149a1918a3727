import { describe, expect, it } from '@jest/globals';
import { parseEntityEdit, parseMediaInfo } from './parse-media-info.js';

const statement = {
  id: 'M5$1',
  type: 'statement',
  rank: 'normal',
  mainsnak: { snaktype: 'somevalue', property: 'P170', hash: 'h' },
};

describe('parseMediaInfo', () => {
  it('reads statements and labels', () => {
    const labels = { en: { language: 'en', value: 'A street' } };
    const entity = {
      pageid: 5,
      ns: 6,
      title: 'File:A.jpg',
      lastrevid: 77,
      type: 'mediainfo',
      id: 'M5',
      labels,
    };
    expect(
      parseMediaInfo({ entities: { M5: { ...entity, statements: { P170: [statement] } } }, success: 1 }),
    ).toEqual({
      id: 'M5',
      lastRevisionId: 77,
      statements: { P170: [statement] },
      labels: [{ language: 'en', value: 'A street' }],
    });
  });

  it('reads PHP’s empty maps', () => {
    const entities = { M5: { id: 'M5', lastrevid: 77, labels: [], descriptions: [], statements: [] } };
    expect(parseMediaInfo({ entities })).toEqual({
      id: 'M5',
      lastRevisionId: 77,
      statements: {},
      labels: [],
    });
  });

  it('tells a file without structured data from no file', () => {
    expect(parseMediaInfo({ entities: { M1: { id: 'M1', missing: '' } } })).toEqual({
      id: 'M1',
      statements: {},
      labels: [],
    });
    expect(
      parseMediaInfo({ entities: { '-1': { site: 'commonswiki', title: 'File:Nope.jpg', missing: '' } } }),
    ).toBeNull();
    expect(parseMediaInfo({})).toBeNull();
  });
});

describe('parseEntityEdit', () => {
  it('wants a confirmation', () => {
    expect(parseEntityEdit({ success: 1, entity: { id: 'M5', lastrevid: 78 } })).toEqual({
      id: 'M5',
      revisionId: 78,
    });
    expect(() => parseEntityEdit({ entity: { id: 'M5' } })).toThrow(/^unexpected-answer: /);
  });
});
