import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { RefusedError, TemporaryError } from '#app/protocol';
import { recorded, ReplayServer, type Reply, type SeenRequest } from '../recorded/replay-server.js';
import { fetchIdentity } from './fetch-identity.js';

const consumer = { key: 'consumer', secret: 'consumer-secret' };
const token = { key: 'token', secret: 'token-secret' };
const server = new ReplayServer();

beforeAll(() => server.start());
afterAll(() => server.stop());

const ask = (): ReturnType<typeof fetchIdentity> =>
  fetchIdentity({ indexUrl: `${server.origin}/w/index.php`, userAgent: 'x', consumer, token, delayScale: 0 });

const identity = async ({ headers }: SeenRequest, nonce?: string): Promise<Reply> => {
  const used = /oauth_nonce="([^"]+)"/.exec(String(headers.authorization))?.[1];
  const claims = { username: 'Second', blocked: false, nonce: nonce ?? used };
  const jwt = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(server.origin)
    .setAudience(consumer.key)
    .setSubject('6')
    .setIssuedAt()
    .setExpirationTime('100s')
    .sign(new TextEncoder().encode(consumer.secret));
  return { headers: { 'content-type': 'application/json' }, body: jwt };
};

describe('fetchIdentity', () => {
  it('asks the address that OAuth signs, and verifies the answer', async () => {
    server.reply((request) => identity(request));
    expect(await ask()).toMatchObject({ userid: '6', username: 'Second' });
    expect(server.seen[0]?.url.pathname).toBe('/w/index.php');
    expect(server.seen[0]?.params.get('title')).toBe('Special:OAuth/identify');
  });

  it('refuses an answer to another request', async () => {
    server.reply((request) => identity(request, 'old'));
    await expect(ask()).rejects.toThrow(RefusedError);
  });

  it('tells a refused token from a wiki that is down', async () => {
    server.replyWith(recorded('login-initiate-bad-consumer'));
    await expect(ask()).rejects.toThrow(/^mwoauth-oauth-exception: .*Invalid consumer/);
    server.replyWith({ status: 502, body: '<html>' });
    await expect(ask()).rejects.toThrow(TemporaryError);
    expect(server.seen).toHaveLength(4);
  });

  it('tries again after a used nonce', async () => {
    server.reply((request, index) => (index === 0 ? recorded('oauth-nonce-reused') : identity(request)));
    expect((await ask()).username).toBe('Second');
  });
});
