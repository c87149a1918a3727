import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { buildServerFrame } from './build-server-frame.js';
import { nextNonce } from './nonce.js';

describe('buildServerFrame', () => {
  it('gives every frame another nonce, even within a millisecond', () => {
    const frames = Array.from({ length: 5_000 }, () => buildServerFrame({ type: 'ERROR', data: 'same' }));
    expect(new Set(frames).size).toBe(frames.length);
  });

  it('leaves out what is null or undefined', () => {
    const state = { id: 1, batchid: 2, status: 'queued', key: 'k', handler: 'mapillary' } as const;
    const nothing: unknown = { success: null, error: undefined };
    const frame = buildServerFrame({ type: 'UPLOADS_UPDATE', data: [Object.assign({ ...state }, nothing)] });
    expect(JSON.parse(frame)).toEqual({
      type: 'UPLOADS_UPDATE',
      nonce: expect.any(String),
      data: [{ id: 1, batchid: 2, status: 'queued', key: 'k', handler: 'mapillary' }],
    });
  });
});

describe('nextNonce', () => {
  it('is an ISO timestamp that grows, also when the clock goes back', () => {
    const future = Date.now() + 60_000;
    const nonces = [
      nextNonce(future),
      nextNonce(future),
      nextNonce(future - 5_000),
      nextNonce(future + 1_000),
    ];
    expect([...nonces].sort()).toEqual(nonces);
    for (const nonce of nonces) {
      expect(nonce).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(Number.isNaN(Date.parse(nonce))).toBe(false);
    }
    expect(Date.parse(nonces[0] ?? '')).toBe(future);
  });
});
