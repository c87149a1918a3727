import type { Incoming } from '../server/receive.js';
import { ApiError, type AnswerFormat, type ApiWarning } from './api-error.js';
import { blockData } from './blocks.js';
import { Content, WikiUrls } from './content.js';
import { Stash } from './stash.js';
import { TitleBlacklist } from './title-blacklist.js';
import { Users, type WikiUser } from './users.js';

/** What tests may change about the wiki while it runs. */
export interface WikiSettings {
  /** The reason, or null when the wiki takes edits. */
  readOnly: string | null;
  /** Seconds of database lag that `maxlag` is compared with. */
  lag: number;
  uploadsEnabled: boolean;
  /** Beginnings of file names that cameras make up. */
  badPrefixes: string[];
  /** Milliseconds an asynchronous job takes. */
  jobDelayMs: number;
  /** Milliseconds for which structured data does not know a page that was just made. */
  entityDelayMs: number;
  /** More requests of one user at once are answered with HTTP 429; null: no such limit. */
  maxConcurrentPerUser: number | null;
  /** Whether a request without a telling User-Agent is turned away with HTTP 403. */
  userAgentNeeded: boolean;
}

/** Everything the wiki remembers. */
export class WikiState {
  readonly users = new Users();
  readonly content = new Content();
  readonly blacklist = new TitleBlacklist();
  readonly stash: Stash;
  readonly settings: WikiSettings = {
    readOnly: null,
    lag: 0,
    uploadsEnabled: true,
    badPrefixes: ['CIMG', 'DSC_', 'DSCF', 'DSCN', 'DUW', 'IMG', 'JD', 'MGP', 'PICT'],
    jobDelayMs: 300,
    entityDelayMs: 0,
    maxConcurrentPerUser: null,
    userAgentNeeded: true,
  };

  constructor(
    readonly directory: () => string,
    private readonly server: () => string,
  ) {
    this.stash = new Stash(directory);
  }

  get urls(): WikiUrls {
    return new WikiUrls(this.server());
  }
}

/** One request to the action API on its way through the modules. */
export class ApiCall {
  readonly warnings: ApiWarning[] = [];
  private readonly read = new Set<string>();

  constructor(
    readonly wiki: WikiState,
    readonly incoming: Incoming,
    readonly user: WikiUser | null,
    readonly format: AnswerFormat,
  ) {}

  /** A text parameter; null if it was not sent. */
  text(name: string): string | null {
    this.read.add(name);
    return this.incoming.params[name] ?? null;
  }

  /** @throws ApiError missingparam */
  required(name: string): string {
    const value = this.text(name);
    if (value === null) throw new ApiError('missingparam', `The "${name}" parameter must be set.`);
    return value;
  }

  /** A boolean is true when it is there at all, even as `0`. */
  flag(name: string): boolean {
    return this.text(name) !== null;
  }

  /** Values separated by `|`, or by U+001F when the value starts with it. */
  list(name: string, module = this.format.module): string[] {
    const value = this.text(name);
    if (value === null || value === '') return [];
    const values = value.startsWith('\u001f') ? value.slice(1).split('\u001f') : value.split('|');
    const limit = this.user !== null && this.wiki.users.can(this.user, 'apihighlimits') ? 500 : 50;
    if (values.length > limit)
      throw new ApiError(
        'toomanyvalues',
        `Too many values supplied for parameter "${name}". The limit is ${limit}.`,
        { limit, lowlimit: 50, highlimit: 500 },
        module,
      );
    return values;
  }

  integer(name: string, fallback: number): number {
    const value = this.text(name);
    if (value === null) return fallback;
    if (!/^-?\d+$/.test(value))
      throw new ApiError('badinteger', `Invalid value "${value}" for integer parameter "${name}".`);
    return Number(value);
  }

  /** Marks parameters as known that no module looked at. */
  know(...names: string[]): void {
    for (const name of names) this.read.add(name);
  }

  warn(module: string, code: string, text: string): void {
    const isKnown = this.warnings.some((warning) => warning.module === module && warning.text === text);
    if (!isKnown) this.warnings.push({ module, code, text });
  }

  /** Complains about parameters that nobody asked for. */
  warnAboutUnknown(): void {
    const unknown = Object.keys(this.incoming.params).filter(
      (name) => !this.read.has(name) && !name.startsWith('oauth_'),
    );
    if (unknown.length === 0) return;
    this.warn(
      'main',
      'unrecognizedparams',
      `Unrecognized parameter${unknown.length > 1 ? 's' : ''}: ${unknown.join(', ')}.`,
    );
  }

  /** @throws ApiError for writes of people who are not signed in, blocked or lack `right` */
  needsRight(right: string, doing: string): WikiUser {
    const { user } = this;
    if (user === null) throw new ApiError('mustbeloggedin', `You must be logged in to ${doing}.`);
    if (!this.wiki.users.can(user, right))
      throw new ApiError(
        'permissiondenied',
        'The action you have requested is limited to users in the group: [[Commons:Administrators|Administrators]].',
      );
    if (user.block !== null)
      throw new ApiError('blocked', 'You have been blocked from editing.', {
        blockinfo: blockData(user.block),
      });
    return user;
  }
}
