import { Browser, locationOf } from '../sign-in/browser.js';

/** Wikis refuse the ways of programs that do not say who they are. */
const HEADERS = { 'user-agent': 'Mozilla/5.0 (a browser)' };

/**
 * Presses "Allow" on the stand-in wiki.
 * @param authorizeUrl where the API sent the browser
 * @param userName who presses; without it, whoever the wiki has set
 * @returns where the wiki sends the browser back to
 */
export async function allowAccess(authorizeUrl: string, userName?: string): Promise<string> {
  const page = new URL(authorizeUrl);
  if (userName !== undefined) page.searchParams.set('user', userName);
  return locationOf(await fetch(page, { redirect: 'manual', headers: HEADERS }));
}

/**
 * Signs in as a browser does: to the wiki's "Allow" page and back with what it gave.
 * @returns the browser, signed in
 * @throws Error when the API does not let this user in
 */
export async function signIn(apiUrl: string, userName?: string): Promise<Browser> {
  const browser = new Browser(apiUrl);
  const login = await browser.go('/auth/login');
  const answer = await browser.go(await allowAccess(locationOf(login), userName));
  if (answer.status !== 302) throw new Error(`Sign-in failed: HTTP ${answer.status}: ${await answer.text()}`);
  return browser;
}
