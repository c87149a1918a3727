import { Browser, locationOf } from '../sign-in/browser.js';

/**
 * Signs in as a browser does: to the wiki's "Allow" page and back with what it gave.
 * @param userName who presses "Allow" on the stand-in wiki; without it, whoever that has set
 * @returns the browser, signed in
 * @throws Error when the API does not let this user in
 */
export async function signIn(apiUrl: string, userName?: string): Promise<Browser> {
  const browser = new Browser(apiUrl);
  const allow = new URL(locationOf(await browser.go('/auth/login')));
  if (userName !== undefined) allow.searchParams.set('user', userName);
  const callback = locationOf(
    await fetch(allow, { redirect: 'manual', headers: { 'user-agent': 'Mozilla/5.0 (a browser)' } }),
  );
  const answer = await browser.go(callback);
  if (answer.status !== 302) throw new Error(`Sign-in failed: HTTP ${answer.status}: ${await answer.text()}`);
  return browser;
}
