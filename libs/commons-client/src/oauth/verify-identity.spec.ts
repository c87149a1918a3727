import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { RefusedError } from '#app/protocol';
import { verifyIdentity, type IdentityExpectations } from './verify-identity.js';

const now = new Date('2026-11-21T02:07:00Z');
const seconds = Math.floor(now.getTime() / 1000);
const consumer = { key: 'consumer-key', secret: 'consumer-secret-of-some-length' };
const expected: IdentityExpectations = { consumer, issuer: 'https://commons.example', nonce: 'n1', now };

const claims = {
  iss: 'https://commons.example',
  aud: consumer.key,
  exp: seconds + 100,
  iat: seconds,
  sub: '6',
  username: 'Second',
  editcount: 51,
  confirmed_email: true,
  blocked: false,
  groups: ['*', 'user', 'autoconfirmed'],
  rights: ['upload', 'autoconfirmed'],
  grants: { 0: 'basic', 2: 'highvolume', 5: 'uploadfile' },
  nonce: 'n1',
};

const sign = (changes: object = {}, secret = consumer.secret, alg = 'HS256'): Promise<string> =>
  new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ typ: 'JWT', alg })
    .sign(new TextEncoder().encode(secret));

describe('verifyIdentity', () => {
  it('reads who signed in, with grants as an object', async () => {
    expect(await verifyIdentity(await sign(), expected)).toEqual({
      userid: '6',
      username: 'Second',
      editCount: 51,
      blocked: false,
      rights: ['upload', 'autoconfirmed'],
      groups: ['*', 'user', 'autoconfirmed'],
      grants: ['basic', 'highvolume', 'uploadfile'],
    });
  });

  it('reads grants as a list, a block, and clocks that differ a little', async () => {
    const jwt = await sign({ grants: ['basic'], blocked: true, exp: seconds - 5 });
    expect(await verifyIdentity(jwt, expected)).toMatchObject({ grants: ['basic'], blocked: true });
  });

  it.each([
    ['an old one', { exp: seconds - 60 }],
    ['another wiki', { iss: 'https://evil.example' }],
    ['another consumer', { aud: 'someone-else' }],
    ['another request', { nonce: 'n2' }],
    ['no nonce', { nonce: undefined }],
    ['no expiry', { exp: undefined }],
    ['nobody', { username: '' }],
  ])('refuses %s', async (_what, changes) => {
    await expect(verifyIdentity(await sign(changes), expected)).rejects.toThrow(RefusedError);
  });

  it('refuses another secret, another algorithm, no signature, and tells no secret', async () => {
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
    for (const jwt of [
      await sign({}, 'x'.repeat(32)),
      await sign({}, consumer.secret, 'HS512').catch(() => none),
      none,
      '',
    ]) {
      const refusal: unknown = await verifyIdentity(jwt, expected).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(RefusedError);
      expect(String(refusal)).not.toContain(consumer.secret);
    }
  });
});
