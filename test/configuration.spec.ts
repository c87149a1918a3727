import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { listVariables } from '#app/protocol';
import { ApiConfig } from '../apps/api/src/api.config.js';
import { WorkerConfig } from '../apps/worker/src/worker.config.js';
import { envExample } from './env-example.js';

describe('.env.example', () => {
  it('lists exactly the variables that the configuration classes declare (npm run docs:write writes it)', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
  });
});

describe('the configuration', () => {
  it('knows which of its values no log may have in it, of each whose name says so', () => {
    const all = [ApiConfig, WorkerConfig].flatMap((Config) => listVariables(Config));
    const named = all.filter(({ name }) =>
      /SECRET|TOKEN$|PASSWORD|API_KEY|_KEYS$|ACCESS_KEY|_HEADERS$/.test(name),
    );
    expect(new Set(named.map(({ name }) => name)).size).toBeGreaterThanOrEqual(10);
    expect(named.filter(({ secretsIn }) => !secretsIn).map(({ name }) => name)).toEqual([]);
  });
});
