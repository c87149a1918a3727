import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { DocumentedApi } from './documented-api.js';
import { runFuzz } from './fuzz/run-fuzz.js';
import { readOpenApi } from './open-api.js';

const CASES = 3_000;

describe('whatever is sent', () => {
  let api: DocumentedApi;

  beforeAll(async () => {
    api = await DocumentedApi.start(await readOpenApi());
  }, 60_000);

  afterAll(() => api.stop());

  const seed = randomInt(1_000_000);

  it(`is answered as documented, without a fault or a secret (seed ${seed}; npm run fuzz sends more)`, async () => {
    const { cases, problems, answers } = await runFuzz(api, { seed, cases: CASES });
    expect({ seed, problems }).toEqual({ seed, problems: [] });
    expect(cases).toBe(CASES);
    // Not all is refused at the door.
    for (const kind of ['200', '201', '400', 'BATCHES_LIST', 'UPLOAD_SLICE_ACK', 'PRESETS_LIST', 'ERROR'])
      expect([kind, answers.get(kind) ?? 0]).not.toEqual([kind, 0]);
  }, 120_000);
});
