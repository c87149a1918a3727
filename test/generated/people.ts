import type { TokenScope } from '#app/protocol';
import { Browser } from '../sign-in/browser.js';
import type { RunningApi } from '../sign-in/running-api.js';
import { signIn } from '../support/sign-in.js';

const ALL: readonly TokenScope[] = ['read', 'upload', 'admin'];

/** Someone who asks: what they send to say who they are. */
export interface Asker {
  readonly userid: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export const NOBODY: Asker = { userid: null, headers: {} };

/** Somebody with a session and with API tokens. */
export interface Person extends Asker {
  readonly userid: string;
  readonly username: string;
  /** The session and all tokens. */
  readonly secrets: readonly string[];
  /** @returns as the same person, by a token with exactly these scopes */
  by(scopes: readonly TokenScope[]): Asker;
  /** By a token with every scope that this person's tokens can have but this one. */
  without(scope: TokenScope): Asker;
}

const keyOf = (scopes: readonly TokenScope[]): string => [...scopes].sort().join();

async function makeToken(browser: Browser, scopes: readonly TokenScope[]): Promise<string> {
  const answer = await browser.go('/api/tokens', {
    method: 'POST',
    body: JSON.stringify({ name: `Token of ${scopes.join()}`, scopes }),
    headers: { 'content-type': 'application/json' },
  });
  if (answer.status !== 201) throw new Error(`No token: ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}

/** Signs a user of the stand-in wiki in and makes the tokens that the tests need. */
export async function arrive(api: RunningApi, username: string): Promise<Person> {
  const browser = await signIn(api.origin, username);
  const { userid, authorized } = (await (await browser.go('/auth/whoami')).json()) as {
    userid: string;
    authorized: boolean;
  };
  const own = ALL.filter((scope) => scope !== 'admin' || authorized);
  const needed = [
    own,
    ...own.map((scope) => [scope]),
    ...own.map((scope) => own.filter((one) => one !== scope)),
  ];
  const tokens = new Map<string, Asker>();
  for (const scopes of needed.filter(({ length }) => length > 0)) {
    if (tokens.has(keyOf(scopes))) continue;
    const headers = { authorization: `Bearer ${await makeToken(browser, scopes)}` };
    tokens.set(keyOf(scopes), { userid, headers });
  }
  const by = (scopes: readonly TokenScope[]): Asker => {
    const token = tokens.get(keyOf(scopes));
    if (token === undefined) throw new Error(`${username} has no token for ${keyOf(scopes)}`);
    return token;
  };
  return {
    userid,
    username,
    headers: { cookie: browser.cookie },
    secrets: [
      browser.cookie.split('=')[1] ?? '',
      ...[...tokens.values()].map(({ headers }) => headers['authorization']?.slice('Bearer '.length) ?? ''),
    ],
    by,
    without: (scope) => by(own.filter((one) => one !== scope)),
  };
}
