import type { OAuthProvider } from '../commons/oauth.js';
import { OAuthProblem } from '../commons/oauth.js';
import type { Incoming } from '../server/receive.js';
import type { Reply } from '../server/reply.js';
import { StandIn } from '../server/stand-in.js';

interface Item {
  labels: Record<string, { language: string; value: string }>;
  descriptions: Record<string, { language: string; value: string }>;
  claims: Record<string, unknown[]>;
  sitelinks: Record<string, { site: string; title: string; badges: string[] }>;
  lastrevid: number;
}

type Terms = Item['labels'];

class WikidataError extends Error {
  constructor(
    readonly code: string,
    info: string,
    readonly data: Record<string, unknown> = {},
  ) {
    super(info);
  }
}

const SITES: Record<string, string> = { commonswiki: 'commonswiki', enwiki: 'enwiki', dewiki: 'dewiki' };
const CSRF = `${'d0'.repeat(20)}+\\`;

/** Wikidata's API as far as items for places and their Commons categories need it. It shares the accounts of the given OAuth provider. */
export class WikidataWiki extends StandIn {
  readonly items = new Map<string, Item>();
  private lastItem = 1000;
  private lastRevision = 5000;

  constructor(private readonly oauth: OAuthProvider) {
    super();
  }

  get apiUrl(): string {
    return `${this.url}/w/api.php`;
  }

  /** Adds an item and returns its id. */
  addItem(label: string, commonsTitle?: string): string {
    const id = `Q${(this.lastItem += 1)}`;
    const sitelinks =
      commonsTitle === undefined
        ? {}
        : { commonswiki: { site: 'commonswiki', title: commonsTitle, badges: [] } };
    this.items.set(id, {
      labels: { en: { language: 'en', value: label } },
      descriptions: {},
      claims: {},
      sitelinks,
      lastrevid: (this.lastRevision += 1),
    });
    return id;
  }

  /** Adds a statement whose value is a text. */
  addClaim(id: string, property: string, value: string): void {
    const item = this.items.get(id);
    if (item === undefined) throw new Error(`There is no item ${id}`);
    const mainsnak = { snaktype: 'value', property, datavalue: { type: 'string', value } };
    (item.claims[property] ??= []).push({ type: 'statement', rank: 'normal', mainsnak });
  }

  protected override describe({ params, headers }: Incoming): { action: string; user: string | null } {
    const token = /oauth_token="([^"]*)"/.exec(headers.authorization ?? '')?.[1] ?? '';
    return { action: params['action'] ?? '', user: this.oauth.accessTokens.get(token)?.userName ?? null };
  }

  protected override errorReply(
    { params }: Incoming,
    { code, info, data = {} }: { code: string; info: string; data?: Record<string, unknown> },
  ): Reply {
    const extra = Object.keys(data).length > 0 ? { data } : {};
    const body =
      params['errorformat'] === undefined
        ? { error: { code, info, ...data } }
        : { errors: [{ code, text: info, ...extra, module: params['action'] ?? 'main' }] };
    return {
      headers: { 'content-type': 'application/json; charset=utf-8', 'mediawiki-api-error': code },
      body: JSON.stringify(body),
      errorCode: code,
    };
  }

  protected override handle(incoming: Incoming): Reply {
    try {
      const body = this.run(incoming);
      return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
    } catch (error) {
      if (error instanceof OAuthProblem) {
        return this.errorReply(incoming, {
          code: 'mwoauth-invalid-authorization',
          info: `The authorization headers in your request are not valid: ${error.message}`,
        });
      }
      if (!(error instanceof WikidataError)) throw error;
      return this.errorReply(incoming, { code: error.code, info: error.message, data: error.data });
    }
  }

  private run(incoming: Incoming): Record<string, unknown> {
    const { params } = incoming;
    const user = this.oauth.isSigned(incoming) ? this.oauth.verifyAccess(incoming).userName : null;
    switch (params['action'] ?? '') {
      case 'query':
        if (params['list'] === 'search')
          return { batchcomplete: true, query: { search: this.search(params) } };
        return { batchcomplete: true, query: { tokens: { csrftoken: user === null ? '+\\' : CSRF } } };
      case 'wbgetentities':
        return { entities: this.entities(params), success: 1 };
      case 'wbeditentity':
        if (params['token'] !== (user === null ? '+\\' : CSRF))
          throw new WikidataError('badtoken', 'Invalid CSRF token.');
        return this.edit(params);
      default:
        throw new WikidataError(
          'badvalue',
          `Unrecognized value for parameter "action": ${params['action']}.`,
        );
    }
  }

  /** `haswbstatement:P1=text`, which is all that anybody here looks for. */
  private search({ srsearch = '', srlimit = '10' }: Record<string, string>): unknown[] {
    const [, property = '', text] = /^haswbstatement:(P\d+)=(.+)$/.exec(srsearch) ?? [];
    const isMeant = (claim: unknown): boolean =>
      (claim as { mainsnak: { datavalue?: { value: unknown } } }).mainsnak.datavalue?.value === text;
    return [...this.items]
      .filter(([, { claims }]) => claims[property]?.some(isMeant))
      .slice(0, Number(srlimit))
      .map(([title, { lastrevid }]) => ({ ns: 0, title, pageid: lastrevid }));
  }

  private entities(params: Record<string, string>): Record<string, unknown> {
    const ids = (params['ids'] ?? '').split('|').filter(Boolean);
    const result: Record<string, unknown> = {};
    for (const id of ids) {
      const item = this.items.get(id);
      result[id] = item === undefined ? { id, missing: '' } : this.serialize(id, item);
    }
    const site = params['sites'] ?? '';
    for (const [index, title] of (params['titles'] ?? '').split('|').filter(Boolean).entries()) {
      const found = this.findLinked(site, title);
      if (found === null) result[String(-1 - index)] = { site, title, missing: '' };
      else result[found[0]] = this.serialize(...found);
    }
    return result;
  }

  private findLinked(site: string, title: string): [string, Item] | null {
    return [...this.items].find(([, item]) => item.sitelinks[site]?.title === title) ?? null;
  }

  private edit(params: Record<string, string>): Record<string, unknown> {
    const data = JSON.parse(params['data'] ?? '{}') as {
      labels?: Terms;
      descriptions?: Terms;
      claims?: unknown;
      sitelinks?: Record<string, { site: string; title: string }>;
    };
    const id = params['new'] === 'item' ? this.addItem('') : (params['id'] ?? '');
    const item = this.items.get(id);
    if (item === undefined)
      throw new WikidataError('no-such-entity', `Could not find an entity with the ID "${id}".`, { id });
    if (params['new'] === 'item') item.labels = {};
    const base = params['baserevid'];
    if (base !== undefined && Number(base) !== item.lastrevid)
      throw new WikidataError('editconflict', 'Edit conflict.');
    for (const link of Object.values(data.sitelinks ?? {})) this.link(id, item, link);
    for (const term of Object.values(data.labels ?? {})) item.labels[term.language] = term;
    for (const term of Object.values(data.descriptions ?? {})) item.descriptions[term.language] = term;
    const claims = Array.isArray(data.claims)
      ? (data.claims as unknown[])
      : Object.values((data.claims ?? {}) as Record<string, unknown[]>).flat();
    for (const claim of claims as { mainsnak: { property: string } }[])
      (item.claims[claim.mainsnak.property] ??= []).push(claim);
    item.lastrevid = this.lastRevision += 1;
    return { entity: this.serialize(id, item), success: 1 };
  }

  private link(id: string, item: Item, { site, title }: { site: string; title: string }): void {
    if (SITES[site] === undefined)
      throw new WikidataError('not-recognized-siteid', 'The supplied site identifier was not recognized');
    const taken = this.findLinked(site, title);
    if (taken !== null && taken[0] !== id) {
      throw new WikidataError('failed-save', 'The save has failed.', {
        messages: [
          {
            name: 'wikibase-validator-sitelink-conflict',
            parameters: [`https://commons.wikimedia.org/wiki/${title}`, `[[${taken[0]}]]`, site],
            html: 'The link is already used by an item.',
          },
        ],
      });
    }
    item.sitelinks[site] = { site, title, badges: [] };
  }

  private serialize(id: string, item: Item): Record<string, unknown> {
    return {
      pageid: Number(id.slice(1)),
      ns: 0,
      title: id,
      type: 'item',
      id,
      aliases: {},
      ...item,
    };
  }
}
