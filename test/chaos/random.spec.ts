import { describe, expect, it } from '@jest/globals';
import { Random } from './random.js';

describe('Random', () => {
  it('draws the same from the same words, and other things from others', () => {
    const draw = (...words: (string | number)[]) => {
      const random = Random.of(...words);
      return Array.from({ length: 20 }, () => random.below(1_000));
    };
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
  });

  it('draws evenly, by weight, and each of a list once', () => {
    const random = Random.of('even');
    const draws = Array.from({ length: 10_000 }, () => random.next());
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(0.5, 1);
    const heavy = { weight: 9 };
    const drawn = Array.from({ length: 1_000 }, () => random.weighted([{ weight: 1 }, heavy]));
    expect(drawn.filter((one) => one === heavy).length).toBeGreaterThan(850);
    expect(random.shuffle([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(() => random.pick([])).toThrow('nothing');
  });
});
