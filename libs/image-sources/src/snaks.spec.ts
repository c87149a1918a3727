import { describe, expect, it } from '@jest/globals';

import { coordinatesSnak, daySnak, itemSnak, newStatement, quantitySnak, textSnak } from './snaks.js';

describe('quantitySnak', () => {
  it.each([
    [336.32, '+336.32'],
    [0, '+0'],
    [-0, '+0'],
    [-12.5, '-12.5'],
    [1e-7, '+0.0000001'],
    [-1.5e-7, '-0.00000015'],
    [4032, '+4032'],
    [1e21, '+1000000000000000000000'],
  ])('writes %d with a sign and without exponent', (value, amount) => {
    expect(quantitySnak('P2049', value, 'Q355198')).toMatchObject({
      datavalue: { value: { amount, unit: 'http://www.wikidata.org/entity/Q355198' } },
    });
  });
});

describe('coordinatesSnak', () => {
  it.each([
    [39.066878, -108.570812, 0.000001],
    [39.067357, -108.57081497222, 0.000001],
    [-33.8568, 151.21, 0.0001],
    [52.5, 13, 0.1],
    [1, 2, 1],
    [0, 1e-9, 0.000001],
  ])('tells %d, %d to the decimals it has', (latitude, longitude, precision) => {
    expect(coordinatesSnak('P1259', latitude, longitude)).toMatchObject({
      datavalue: { value: { latitude, longitude, precision, globe: 'http://www.wikidata.org/entity/Q2' } },
    });
  });
});

describe('daySnak', () => {
  it.each([
    ['2023-10-11T23:59:59.999Z', '+2023-10-11T00:00:00Z'],
    ['2023-10-11T23:30:00-02:00', '+2023-10-12T00:00:00Z'],
  ])('takes the UTC day of %s', (time, day) => {
    expect(daySnak('P571', time)).toMatchObject({ datavalue: { value: { time: day, precision: 11 } } });
  });
});

describe('newStatement', () => {
  it('keeps qualifiers in order, several of one property together', () => {
    const main = itemSnak('P7482', 'Q74228490');
    expect(main).toMatchObject({ datavalue: { value: { id: 'Q74228490', 'numeric-id': 74228490 } } });
    const [a, b, c] = [textSnak('P973', 'a'), textSnak('P137', 'b'), textSnak('P973', 'c')];
    expect(newStatement(main, [a, b, c])).toEqual({
      type: 'statement',
      rank: 'normal',
      mainsnak: main,
      qualifiers: { P973: [a, c], P137: [b] },
      'qualifiers-order': ['P973', 'P137'],
    });
    expect(newStatement(main)).toEqual({ type: 'statement', rank: 'normal', mainsnak: main });
  });
});
