import { describe, expect, it } from '@jest/globals';
import { isAllowedOrigin, isForgedRequest } from './allowed-origin.js';

const HERE = 'https://curator.example.org';
const OTHERS = ['http://localhost:5173'];

describe('isAllowedOrigin', () => {
  it.each([
    [undefined, true],
    ['https://curator.example.org', true],
    ['http://localhost:5173', true],
    ['http://curator.example.org', false],
    ['https://curator.example.org.evil.example', false],
    ['https://other.example.org', false],
    ['null', false],
    ['', false],
  ])('%s → %s', (origin, allowed) => {
    expect(isAllowedOrigin(origin, HERE, OTHERS)).toBe(allowed);
  });

  it('compares origins where the public address has a path', () => {
    expect(isAllowedOrigin(HERE, `${HERE}/tool`, [])).toBe(true);
  });
});

describe('isForgedRequest', () => {
  it.each([
    ['GET', 'https://evil.example', 'cross-site', false],
    ['POST', undefined, undefined, false],
    ['POST', HERE, 'same-origin', false],
    ['POST', 'http://localhost:5173', 'cross-site', false],
    ['POST', 'https://evil.example', 'cross-site', true],
    ['DELETE', 'https://evil.example', undefined, true],
    ['PUT', undefined, 'cross-site', true],
    ['PUT', undefined, 'same-site', true],
    ['POST', undefined, 'none', false],
  ])('%s from %s (%s) → %s', (method, origin, secFetchSite, forged) => {
    expect(isForgedRequest({ method, origin, secFetchSite }, HERE, OTHERS)).toBe(forged);
  });
});
