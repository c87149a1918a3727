import { describe, expect, it } from '@jest/globals';
import { loadApiConfig } from '../api.config.js';

const environment = {
  DATABASE_URL: 'mysql://root@localhost/curator',
  REDIS_URL: 'redis://localhost',
  CURATOR_OAUTH1_KEY: 'consumer',
  CURATOR_OAUTH1_SECRET: 'secret',
  TOKEN_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
};

describe('the configuration of defences', () => {
  it('limits what is not told otherwise', () => {
    expect(loadApiConfig(environment).config).toMatchObject({
      signInLimit: { calls: 240, seconds: 300 },
      registerLimit: { calls: 30, seconds: 60 },
      wrongTokenLimit: { calls: 20, seconds: 300 },
      costlyLimit: { calls: 60, seconds: 60 },
      wrongKeyTries: 5,
    });
  });

  it('takes limits away when it is told to', () => {
    const off = {
      SIGN_IN_LIMIT: 'off',
      REGISTER_LIMIT: 'off',
      WRONG_TOKEN_LIMIT: 'off',
      COSTLY_LIMIT: 'off',
    };
    expect(loadApiConfig({ ...environment, ...off }).config).toMatchObject({
      signInLimit: null,
      registerLimit: null,
      wrongTokenLimit: null,
      costlyLimit: null,
    });
  });

  it.each([
    ['SIGN_IN_LIMIT', '10'],
    ['REGISTER_LIMIT', '0/60'],
    ['WRONG_TOKEN_LIMIT', 'none'],
    ['COSTLY_LIMIT', '1e3/60'],
    ['WRONG_KEY_TRIES', '0'],
    ['FRONTEND_SOURCES', '*'],
    ['FRONTEND_SOURCES', 'https:'],
    ['FRONTEND_SOURCES', "'unsafe-inline'"],
    ['FRONTEND_SOURCES', 'https://a.example; script-src https://evil.example'],
    ['FRONTEND_SOURCES', 'https://a.example/path'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => loadApiConfig({ ...environment, [name]: value })).toThrow(name);
  });
});
