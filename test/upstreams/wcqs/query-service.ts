import { randomBytes } from 'node:crypto';

import type { CommonsWiki } from '../commons/commons-wiki.js';
import type { Page } from '../commons/content.js';
import type { Incoming } from '../server/receive.js';
import { numberSetting, type Settings } from '../server/settings.js';
import type { Reply } from '../server/reply.js';
import { StandIn } from '../server/stand-in.js';

type Row = Record<string, { type: string; value: string }>;

const cookieOf = (incoming: Incoming, name: string): string | null =>
  new RegExp(`(?:^|;\\s*)${name}=([^;]+)`).exec(incoming.headers.cookie ?? '')?.[1] ?? null;

const unescape = (literal: string): string =>
  literal.replaceAll(/\\(.)/g, (_, c: string) => ({ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' })[c] ?? c);

/** The Commons Query Service for one kind of question: which files have this value of this property? It needs a signed-in browser's cookies. */
export class QueryService extends StandIn {
  /** The only good value of the long-lived cookie. */
  readonly oauthToken = 'stand-in-wcqs-oauth';
  /** Milliseconds after which a change on the wiki is found. */
  lagMs = 0;
  private readonly sessions = new Set<string>();

  constructor(private readonly commons: CommonsWiki) {
    super();
  }

  get sparqlUrl(): string {
    return `${this.url}/sparql`;
  }

  /** Answers HTTP 429 to the next requests. */
  limitRate(retryAfterSeconds: number, times = 1): void {
    this.faults.add({
      times,
      answer: {
        status: 429,
        headers: { 'retry-after': String(retryAfterSeconds) },
        body: 'Too Many Requests',
      },
    });
  }

  /** Forgets the sessions, as happens every two hours. */
  endSessions(): void {
    this.sessions.clear();
  }

  protected override errorReply(_incoming: Incoming, { code, info }: { code: string; info: string }): Reply {
    return { status: Number(code) || 500, headers: { 'content-type': 'text/plain' }, body: info };
  }

  protected override handle(incoming: Incoming): Reply {
    if (incoming.path !== '/sparql') return { status: 404, body: 'Not found' };
    if (cookieOf(incoming, 'wcqsOauth') !== this.oauthToken)
      return { status: 302, headers: { location: `${this.commons.url}/wiki/Special:OAuth/authenticate` } };
    if (!this.sessions.has(cookieOf(incoming, 'wcqsSession') ?? '')) {
      const session = randomBytes(16).toString('hex');
      this.sessions.add(session);
      return {
        status: 307,
        headers: {
          location: '/sparql',
          'set-cookie': `wcqsSession=${session}; Path=/; Max-Age=7200; HttpOnly`,
        },
      };
    }
    return this.answerQuery(incoming.params['query'] ?? incoming.text);
  }

  private answerQuery(query: string): Reply {
    const triple = /(\?\w+)\s+wdt:(P\d+)\s+(\?\w+)/.exec(query);
    const values = /VALUES\s+(\?\w+)\s*\{([^}]*)\}/i.exec(query);
    const selected = /SELECT\s+(?:DISTINCT\s+)?((?:\?\w+\s*)+)/i.exec(query)?.[1]?.match(/\w+/g);
    if (triple === null || values === null || selected == null)
      return {
        status: 400,
        headers: { 'content-type': 'text/plain' },
        body: 'SPARQL-QUERY: this stand-in only knows lookups of one property by VALUES',
      };
    const [, file = '', property = '', id = ''] = triple;
    const content = /(\?\w+)\s+schema:contentUrl\s+(\?\w+)/.exec(query)?.[2];
    const wanted = new Set(
      [...(values[2] ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, literal = '']) => unescape(literal)),
    );
    const rows = this.commons.files.flatMap((page) =>
      this.valuesOf(page, property)
        .filter((value) => wanted.has(value))
        .map((value): Row => {
          const all: Row = {
            [file.slice(1)]: { type: 'uri', value: `https://commons.wikimedia.org/entity/M${page.id}` },
            [id.slice(1)]: { type: 'literal', value },
            ...(content === undefined
              ? {}
              : { [content.slice(1)]: { type: 'uri', value: this.commons.wiki.urls.file(page.title) } }),
          };
          return Object.fromEntries(
            selected.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])),
          );
        }),
    );
    const body = JSON.stringify({ head: { vars: selected }, results: { bindings: rows } });
    return { headers: { 'content-type': 'application/sparql-results+json;charset=utf-8' }, body };
  }

  private valuesOf(page: Page, property: string): string[] {
    const known = page.revisions.find((revision) => Date.now() - revision.timestamp.getTime() >= this.lagMs);
    const statements = known?.mediaInfo?.statements[property] ?? [];
    return statements.flatMap(({ mainsnak }) =>
      typeof mainsnak.datavalue?.value === 'string' ? [mainsnak.datavalue.value] : [],
    );
  }

  /** Settings: `lagMs`, `limitRate` (Retry-After in seconds), `endSessions`. */
  protected override control(settings: Settings): Record<string, unknown> {
    this.lagMs = numberSetting(settings, 'lagMs') ?? this.lagMs;
    const limited = numberSetting(settings, 'limitRate');
    if (limited !== undefined) this.limitRate(limited);
    if (settings['endSessions'] === true) this.endSessions();
    return { lagMs: this.lagMs };
  }
}
