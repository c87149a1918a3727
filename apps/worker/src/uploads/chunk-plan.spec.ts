import { describe, expect, it } from '@jest/globals';
import { chooseChunkSize, isPublishedAsync } from './chunk-plan.js';

const MIB = 1024 * 1024;

describe('chooseChunkSize', () => {
  it('sends a photograph in one request', () => {
    expect(chooseChunkSize(6_000_000, 4 * MIB)).toBe(6_000_000);
  });

  it('sends larger files in chunks of the configured size', () => {
    expect(chooseChunkSize(9 * MIB, 4 * MIB)).toBe(4 * MIB);
    expect(chooseChunkSize(100 * MIB, 1 * MIB)).toBe(1 * MIB);
  });

  it('takes larger chunks above 100 MiB, and never smaller ones than configured', () => {
    expect(chooseChunkSize(101 * MIB, 4 * MIB)).toBe(16 * MIB);
    expect(chooseChunkSize(101 * MIB, 32 * MIB)).toBe(32 * MIB);
  });
});

describe('isPublishedAsync', () => {
  it('is for files over 10 MiB', () => {
    expect([10 * MIB, 10 * MIB + 1].map(isPublishedAsync)).toEqual([false, true]);
  });
});
