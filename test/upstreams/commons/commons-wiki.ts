import { createHash } from 'node:crypto';
import type { Incoming } from '../server/receive.js';
import { type Settings, textSetting } from '../server/settings.js';
import type { Reply } from '../server/reply.js';
import { StandIn } from '../server/stand-in.js';
import { answerApi, answerFormat, apiErrorReply } from './action-api.js';
import { type WikiSettings, WikiState } from './api-call.js';
import { ApiError } from './api-error.js';
import type { DeletedFile, Page, UploadLogEntry } from './content.js';
import { type AccessToken, type Consumer, OAuthProblem, OAuthProvider } from './oauth.js';
import { cookieProblem, sessionCookie } from './session-cookie.js';
import { SignInPages } from './sign-in-pages.js';
import { fileTitle, parseTitle } from './titles.js';
import { forgetTokens } from './tokens.js';
import type { NewUser, RateLimits, WikiUser } from './users.js';
import { fileBytes, rawPage, wikiPage } from './wiki-pages.js';

/** The accounts that are always there. */
export const STANDARD_USERS: readonly NewUser[] = [
  { name: 'Admin', groups: ['sysop'], editCount: 5000 },
  { name: 'Uploader', editCount: 1200 },
  { name: 'Second uploader', editCount: 300 },
  { name: 'Tireless bot', groups: ['bot'], editCount: 90_000 },
  { name: 'Patroller', groups: ['patroller'], editCount: 8000 },
  { name: 'Newbie', editCount: 3 },
  { name: 'Blocked', editCount: 100, blocked: 'test block' },
  {
    name: 'Limited',
    editCount: 100,
    limits: { edit: { user: { hits: 2, seconds: 8 } }, upload: { user: { hits: 1, seconds: 8 } } },
  },
];

/** One publicly visible change, newest last. */
export interface LoggedEdit {
  title: string;
  user: string;
  comment: string;
  revid: number;
}

/** Wikimedia Commons as an uploader meets it: the action API, OAuth 1.0a, structured data and pages to look at. */
export class CommonsWiki extends StandIn {
  readonly wiki = new WikiState(
    () => this.temporaryDirectory,
    () => this.url,
  );
  readonly oauth = new OAuthProvider();
  readonly consumer: Consumer;
  readonly signIn: SignInPages;

  constructor({ consumer }: { consumer?: Partial<Consumer> } = {}) {
    super();
    for (const user of STANDARD_USERS) this.wiki.users.create(user);
    this.consumer = this.oauth.addConsumer(consumer);
    this.signIn = new SignInPages(this.wiki, this.oauth, 'Uploader');
  }

  get apiUrl(): string {
    return `${this.url}/w/api.php`;
  }

  get indexUrl(): string {
    return `${this.url}/w/index.php`;
  }

  get settings(): WikiSettings {
    return this.wiki.settings;
  }

  /** Pages by title; a file's page holds its versions. */
  get pages(): ReadonlyMap<string, Page> {
    return this.wiki.content.pages;
  }

  /** Pages that have a file. */
  get files(): Page[] {
    return this.wiki.content.files().map(({ page }) => page);
  }

  get uploads(): readonly UploadLogEntry[] {
    return this.wiki.content.uploads;
  }

  get deleted(): readonly DeletedFile[] {
    return this.wiki.content.deleted;
  }

  /** Every revision of every page in the order in which they were made. */
  get edits(): LoggedEdit[] {
    return [...this.pages.values()]
      .flatMap((page) =>
        page.revisions.map(({ user, comment, revid }) => ({ title: page.title.text, user, comment, revid })),
      )
      .sort((a, b) => a.revid - b.revid);
  }

  file(name: string): Page | null {
    return this.wiki.content.findFile(fileTitle(name))?.page ?? null;
  }

  createUser(user: NewUser): WikiUser {
    return this.wiki.users.create(user);
  }

  setLimits(userName: string, limits: RateLimits | null): void {
    this.wiki.users.get(userName).ownLimits = limits;
  }

  /** An access token as an owner-only consumer or an earlier sign-in has it. */
  accessToken(userName: string): AccessToken {
    this.wiki.users.get(userName);
    return this.oauth.grant(this.consumer.key, userName);
  }

  revokeTokens(userName: string): void {
    for (const token of this.oauth.accessTokens.values())
      if (token.userName === userName) token.revoked = true;
  }

  forgetCsrfTokens(): void {
    forgetTokens(this.wiki);
  }

  clearStash(): Promise<void> {
    return this.wiki.stash.clear();
  }

  deleteFile(name: string): void {
    const page = this.file(name);
    if (page === null) throw new Error(`there is no file "${name}"`);
    this.wiki.content.delete(page);
  }

  /** A page with this text, as if it had been there before. */
  addPage(title: string, text: string, user = 'Uploader'): void {
    const parsed = parseTitle(title);
    if ('invalid' in parsed) throw new Error(parsed.invalid);
    this.wiki.content.save(parsed, { user, comment: '', text });
  }

  /** A version of a file without bytes, as if it had been there before. */
  addFile(name: string, text: string, { user, timestamp }: { user: string; timestamp: Date }): void {
    const sha1 = createHash('sha1').update(`${name}${timestamp.getTime()}`).digest('hex');
    const facts = { mime: 'image/jpeg', width: 40, height: 30, size: 1_000, sha1, parts: [] };
    const version = { ...facts, user, userId: 1, timestamp, comment: '' };
    this.wiki.content.publish(fileTitle(name), version, text);
  }

  /** As file movers do: a redirect stays behind. */
  renameFile(name: string, to: string): void {
    const page = this.file(name);
    if (page === null) throw new Error(`there is no file "${name}"`);
    this.wiki.content.move(page, fileTitle(to));
  }

  protected override get maxBodyBytes(): number {
    return 101 * 1024 * 1024;
  }

  protected override describe({ path, params, headers, files }: Incoming): {
    action: string;
    step: string;
    user: string | null;
  } {
    if (path === '/w/index.php') return { action: params['title'] ?? path, step: '', user: null };
    if (path !== '/w/api.php')
      return { action: path.startsWith('/images/') ? 'image' : 'page', step: '', user: null };
    const action = params['action'] ?? '';
    const token = /oauth_token="([^"]*)"/.exec(headers.authorization ?? '')?.[1] ?? '';
    const user = this.oauth.accessTokens.get(token)?.userName ?? null;
    if (action !== 'upload')
      return { action, step: params['list'] ?? params['meta'] ?? params['prop'] ?? '', user };
    const step =
      params['checkstatus'] !== undefined
        ? 'checkstatus'
        : files.has('chunk')
          ? 'chunk'
          : params['filekey'] !== undefined
            ? 'commit'
            : 'whole';
    return { action, step, user };
  }

  protected override errorReply(
    incoming: Incoming,
    { code, info, data }: { code: string; info: string; data?: Record<string, unknown> },
  ): Reply {
    const format = { ...answerFormat(incoming, this.apiUrl), module: incoming.action };
    return apiErrorReply(new ApiError(code, info, data), format);
  }

  protected override async handle(incoming: Incoming): Promise<Reply> {
    const { path } = incoming;
    if (path === '/' || path.startsWith('/wiki')) return wikiPage(this.wiki, path);
    if (path.startsWith('/images/')) return fileBytes(this.wiki, path);
    if (path !== '/w/api.php' && path !== '/w/index.php') return { status: 404, body: 'Not found' };
    if (this.settings.userAgentNeeded && /^(|node|undici)$/.test(incoming.headers['user-agent'] ?? '')) {
      return {
        status: 403,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: 'Please set a user-agent and respect our robot policy https://w.wiki/4wJS. See also T400119.',
      };
    }
    if (path === '/w/index.php') return this.indexPage(incoming);
    const { maxConcurrentPerUser } = this.settings;
    if (maxConcurrentPerUser !== null && incoming.concurrent > maxConcurrentPerUser) {
      return {
        status: 429,
        headers: { 'retry-after': '1', 'content-type': 'text/plain; charset=utf-8' },
        body: 'You are making too many requests at once.',
      };
    }
    if (incoming.tooLarge)
      return {
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: '<!DOCTYPE html>\n<html class="client-nojs" lang="en" dir="ltr">\n<head>\n<title>MediaWiki API help - Stand-in Commons</title>\n</head><body></body></html>',
      };
    return this.answerSigned(incoming);
  }

  private indexPage(incoming: Incoming): Reply {
    const title = incoming.params['title'] ?? '';
    if (title.startsWith('Special:OAuth/'))
      return this.signIn.answer(incoming, title.slice('Special:OAuth/'.length));
    if (incoming.params['action'] === 'raw') return rawPage(this.wiki, title);
    const page = this.wiki.content.findById(Number(incoming.params['curid'] ?? 0));
    return page === null
      ? wikiPage(this.wiki, `/wiki/${title}`)
      : { status: 302, headers: { location: this.wiki.urls.page(page.title) } };
  }

  private async answerSigned(incoming: Incoming): Promise<Reply> {
    if (!this.oauth.isSigned(incoming)) return answerApi(this.wiki, incoming, null);
    let user: WikiUser;
    try {
      user = this.wiki.users.get(this.oauth.verifyAccess(incoming).userName);
      const problem = cookieProblem(incoming.headers.cookie, user);
      if (problem !== null) throw new OAuthProblem(problem);
    } catch (error) {
      if (!(error instanceof OAuthProblem)) throw error;
      const refusal = new ApiError(
        'mwoauth-invalid-authorization',
        `The authorization headers in your request are not valid: ${error.message}`,
        {},
        null,
      );
      return apiErrorReply(refusal, answerFormat(incoming, this.apiUrl));
    }
    incoming.user = user.name;
    const reply = await answerApi(this.wiki, incoming, user);
    return { ...reply, headers: { ...reply.headers, 'set-cookie': sessionCookie(user) } };
  }

  /**
   * Settings: any of `WikiSettings`; `createUser`, `accessToken` (a user's name), `revokeTokens`, `approver`, `blacklist`
   * (lines), `forgetCsrfTokens`, `clearStash`, `deleteFile`, `resetHits`, `showConsumer`, `limits` ({ user, limits }).
   */
  protected override async control(settings: Settings): Promise<Record<string, unknown>> {
    for (const name of Object.keys(this.settings))
      if (name in settings) Object.assign(this.settings, { [name]: settings[name] });
    if (settings['createUser'] !== undefined) this.createUser(settings['createUser'] as NewUser);
    const revoked = textSetting(settings, 'revokeTokens');
    if (revoked !== undefined) this.revokeTokens(revoked);
    this.signIn.approver = textSetting(settings, 'approver') ?? this.signIn.approver;
    if (Array.isArray(settings['blacklist'])) this.wiki.blacklist.lines = settings['blacklist'].map(String);
    if (settings['forgetCsrfTokens'] === true) this.forgetCsrfTokens();
    if (settings['resetHits'] === true) this.wiki.users.resetHits();
    if (settings['clearStash'] === true) await this.clearStash();
    const deleted = textSetting(settings, 'deleteFile');
    if (deleted !== undefined) this.deleteFile(deleted);
    const limits = settings['limits'] as { user: string; limits: RateLimits | null } | undefined;
    if (limits !== undefined) this.setLimits(limits.user, limits.limits);
    const tokenFor = textSetting(settings, 'accessToken');
    const token = tokenFor === undefined ? undefined : this.accessToken(tokenFor);
    const consumer = settings['showConsumer'] === true ? this.consumer : undefined;
    return {
      files: this.files.length,
      settings: this.settings,
      ...(token === undefined ? {} : { accessToken: token }),
      ...(consumer === undefined ? {} : { consumer }),
    };
  }
}
