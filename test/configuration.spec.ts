import { renderEnvExample } from '#app/protocol';
import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { ApiConfig } from '../apps/api/src/api.config.js';
import { WorkerConfig } from '../apps/worker/src/worker.config.js';

describe('.env.example', () => {
  it('lists exactly the variables that the configuration classes declare', async () => {
    const text = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
    expect(text).toBe(
      renderEnvExample([
        { title: 'API', Config: ApiConfig },
        { title: 'Worker', Config: WorkerConfig },
      ]),
    );
  });
});
