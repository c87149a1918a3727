import { TokenVault, UserRepository } from '#app/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { openStores, type OpenStores } from './support/open-stores.js';

describe('npm run keys:rewrap', () => {
  let stores: OpenStores;

  beforeAll(async () => {
    stores = await openStores();
  });

  afterAll(() => stores.close());

  const rewrap = async (keys: string, ...words: string[]): Promise<{ code: number; output: string }> => {
    const env = { ...stores.environment, PATH: process.env['PATH'], TOKEN_ENCRYPTION_KEYS: keys };
    const child = spawn(process.execPath, ['dist/apps/keys/src/main.js', ...words], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number]>,
    ]);
    return { code, output: out + errors };
  };

  it('counts, seals anew, and says which keys may go', async () => {
    const old = stores.environment['TOKEN_ENCRYPTION_KEYS'] ?? '';
    const newer = `k2:${randomBytes(32).toString('base64')}`;
    const token = { key: 'a key', secret: 'a secret' };
    const encryptedToken = stores.nest.get(TokenVault).seal(token, '42');
    await stores.nest.get(UserRepository).saveSignIn({ userid: '42', username: 'A', encryptedToken });

    const dry = await rewrap(`${newer},${old}`, '--dry-run');
    expect(dry).toEqual({ code: 0, output: expect.stringContaining('k1: 1 rows need it; it must stay') });
    const gone = await rewrap(newer);
    expect(gone).toEqual({ code: 1, output: expect.stringContaining('k1: not in TOKEN_ENCRYPTION_KEYS') });
    const done = await rewrap(`${newer},${old}`);
    expect(done).toEqual({ code: 0, output: expect.stringContaining('k1: nothing is sealed with it') });
    for (const { output } of [dry, gone, done])
      for (const secret of [token.key, token.secret, ...[newer, old].map((key) => key.slice(3))])
        expect(output).not.toContain(secret);
    const user = await stores.nest.get(UserRepository).find('42');
    expect(new TokenVault(newer).open(user?.accessToken ?? '', '42')).toEqual(token);
  });

  it('names what is wrong with the configuration, and changes nothing', async () => {
    const { code, output } = await rewrap('k1:short');
    expect(code).toBe(1);
    expect(output).toContain('TOKEN_ENCRYPTION_KEYS');
    expect(output).not.toContain('short');
  });
});
