import { describe, expect, it } from '@jest/globals';
import { isGood, quantile, renderFigure, type Figure } from './figure.js';

const figure = (measured: number, reference: Figure['reference']): Figure => ({
  name: 'requests',
  measured,
  unit: 'a file',
  reference,
});

describe('a figure', () => {
  it('is good up to its reference, or from it on', () => {
    expect([5, 6, 7].map((measured) => isGood(figure(measured, { atMost: 6 })))).toEqual([true, true, false]);
    expect([5, 6, 7].map((measured) => isGood(figure(measured, { atLeast: 6 })))).toEqual([
      false,
      true,
      true,
    ]);
    expect(isGood(figure(7, null))).toBe(true);
  });

  it('says so in its line', () => {
    expect(renderFigure(figure(7, { atMost: 6 }))).toMatch(/^requests +7 a file +≤ 6 {2}MISSED$/);
    expect(renderFigure(figure(50.25, { atMost: 60 }))).toMatch(/50\.3 a file/);
    expect(renderFigure(figure(0.0526, { atMost: 6 }))).toMatch(/0\.053 a file/);
    expect(renderFigure(figure(5.25, { atMost: 6 }))).toMatch(/5\.25 a file +≤ 6 {2}ok$/);
  });
});

describe('quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the value that the share of all values lies below', () => {
    expect([
      quantile(hundred, 0),
      quantile(hundred, 0.5),
      quantile(hundred, 0.99),
      quantile(hundred, 1),
    ]).toEqual([1, 51, 100, 100]);
  });

  it('needs a value', () => {
    expect(() => quantile([], 0.5)).toThrow('nothing');
  });
});
