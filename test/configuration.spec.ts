import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { envExample } from './env-example.js';

describe('.env.example', () => {
  it('lists exactly the variables that the configuration classes declare (npm run docs:write writes it)', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
  });
});
