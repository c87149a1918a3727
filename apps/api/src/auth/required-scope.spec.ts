import { MESSAGE_SCOPES } from '#app/protocol';
import { describe, expect, it } from '@jest/globals';
import { requireScope } from './required-scope.js';

const token = (scopes: ('read' | 'upload' | 'admin')[], expiresAt: Date | null = null) => ({
  token: { id: 1, hash: '', scopes, expiresAt },
});

describe('requireScope', () => {
  it('lets a session do everything', () => {
    for (const scope of ['read', 'upload', 'admin', 'session'] as const) {
      expect(() => requireScope({}, scope)).not.toThrow();
    }
  });

  it('lets a token do what its scopes name, one by one', () => {
    expect(() => requireScope(token(['upload']), 'upload')).not.toThrow();
    expect(() => requireScope(token(['upload']), 'read')).toThrow('"read"');
    expect(() => requireScope(token(['read', 'upload']), 'admin')).toThrow('"admin"');
    expect(() => requireScope(token(['read', 'upload', 'admin']), 'session')).toThrow('browser');
  });

  it('knows when a token has run out since it was shown', () => {
    expect(() => requireScope(token(['read'], new Date(Date.now() - 1)), 'read')).toThrow('run out');
    expect(() => requireScope(token(['read'], new Date(Date.now() + 60_000)), 'read')).not.toThrow();
  });
});

describe('the scopes of messages', () => {
  it('are read for what only reads', () => {
    for (const [type, scope] of Object.entries(MESSAGE_SCOPES)) {
      const isReading = /^(FETCH|CHECK|SUBSCRIBE|UNSUBSCRIBE)_/.test(type);
      expect([type, scope]).toEqual([type, isReading ? 'read' : 'upload']);
    }
  });
});
