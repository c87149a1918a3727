import { describe, expect, it } from '@jest/globals';
import { loadApiConfig } from './api.config.js';

const environment = {
  DATABASE_URL: 'mysql://root@localhost/curator',
  REDIS_URL: 'redis://localhost',
  CURATOR_OAUTH1_KEY: 'consumer',
  CURATOR_OAUTH1_SECRET: 'secret',
  TOKEN_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
};

describe('loadApiConfig', () => {
  it('has the documented defaults', () => {
    const { config } = loadApiConfig(environment);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      publicUrl: 'http://localhost:8000',
      allowedOrigins: [],
      sessionIdleHours: 168,
      sessionTtlHours: 720,
      minEditCount: 50,
      requiredRight: 'autoconfirmed',
      trustProxy: false,
      serviceApiKey: null,
    });
  });

  it('reads lists, flags and addresses', () => {
    const { config } = loadApiConfig({
      ...environment,
      PUBLIC_URL: 'https://curator.example.org/',
      ALLOWED_ORIGINS: 'https://a.example.org, http://localhost:5173',
      ADMIN_USERNAMES: 'First_Person, Second',
      TRUST_PROXY: 'true',
    });
    expect(config.publicUrl).toBe('https://curator.example.org');
    expect(config.allowedOrigins).toEqual(['https://a.example.org', 'http://localhost:5173']);
    expect(config.adminUsernames).toEqual(['First Person', 'Second']);
    expect(config.trustProxy).toBe(true);
  });

  it('refuses origins with a path', () => {
    expect(() => loadApiConfig({ ...environment, ALLOWED_ORIGINS: 'https://a.example.org/app' })).toThrow(
      /ALLOWED_ORIGINS/,
    );
  });
});
