import { describe, expect, it } from '@jest/globals';
import { SOURCE_CDN_HOSTS } from '#app/protocol';
import { loadWorkerConfig, type WorkerConfig } from './worker.config.js';

const load = (more: Record<string, string>): WorkerConfig =>
  loadWorkerConfig({
    DATABASE_URL: 'mysql://root@localhost/curator',
    REDIS_URL: 'redis://localhost',
    CURATOR_OAUTH1_KEY: 'consumer',
    CURATOR_OAUTH1_SECRET: 'secret',
    TOKEN_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    ...more,
  }).config;

describe('DOWNLOAD_ALLOWED_HOSTS', () => {
  it('names the hosts of the sources by default', () => {
    expect(load({}).downloadAllowedHosts).toEqual(SOURCE_CDN_HOSTS);
  });

  it('is a list of hosts', () => {
    const { downloadAllowedHosts } = load({ DOWNLOAD_ALLOWED_HOSTS: '*.Example.org, 127.0.0.1:8099' });
    expect(downloadAllowedHosts).toEqual(['*.example.org', '127.0.0.1:8099']);
  });

  it.each(['https://example.org', 'example.org/path', '*', ','])('refuses %s', (hosts) => {
    expect(() => load({ DOWNLOAD_ALLOWED_HOSTS: hosts })).toThrow('DOWNLOAD_ALLOWED_HOSTS must list');
  });
});
