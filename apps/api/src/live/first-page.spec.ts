import { describe, expect, it } from '@jest/globals';
import { FirstPage } from './first-page.js';

describe('FirstPage', () => {
  it('admits what it shows and what is newer', () => {
    const page = new FirstPage([5, 4, 3], 3);
    expect(page.admit(4)).toBe(true);
    expect(page.admit(2)).toBe(false);
    expect(page.admit(9)).toBe(true);
    expect(page.admit(3)).toBe(false);
    expect(page.admit(4)).toBe(true);
  });

  it('admits anything while it has room', () => {
    const page = new FirstPage([], 2);
    expect(page.admit(7)).toBe(true);
    expect(page.admit(3)).toBe(true);
    expect(page.admit(1)).toBe(false);
  });
});
