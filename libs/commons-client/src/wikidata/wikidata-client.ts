import type { Statement } from '#app/protocol';
import type { ApiCaller } from '../http/api-caller.js';
import { isObject, listAt, numberAt, objectAt, textAt } from '../json.js';
import { parseEntityEdit, readStatements } from '../structured-data/parse-media-info.js';

/** An item as far as it is about a page on Commons. */
export interface Item {
  /** `Q42`; of a redirected item that of its target. */
  readonly id: string;
  readonly lastRevisionId: number;
  /** Property → statements. */
  readonly statements: Readonly<Record<string, readonly Statement[]>>;
  /** Title of the page on Commons that it is linked with, with namespace. */
  readonly commonsTitle: string | null;
}

export interface ItemAdditions {
  /** A statement with an id replaces that statement, one without is added. */
  readonly statements: readonly Statement[];
  /** The page on Commons to link with, where there was none. */
  readonly commonsTitle: string | null;
}

/**
 * Items of Wikidata as one user edits them. Errors and repetitions are those of CommonsClient.
 * @see https://www.wikidata.org/w/api.php
 */
export class WikidataClient {
  constructor(
    private readonly caller: ApiCaller,
    private readonly siteId: string,
  ) {}

  /** Null when there is no such item. @param id `Q42` */
  async findItem(id: string, signal?: AbortSignal): Promise<Item | null> {
    const params = {
      action: 'wbgetentities',
      ids: id,
      props: 'info|claims|sitelinks',
      sitefilter: this.siteId,
    };
    const [entity] = listAt(await this.caller.get({ params, signal }), 'entities');
    const lastRevisionId = numberAt(entity, 'lastrevid');
    if (!isObject(entity) || 'missing' in entity || lastRevisionId === undefined) return null;
    return {
      id: textAt(entity, 'id') ?? id,
      lastRevisionId,
      statements: readStatements(entity),
      commonsTitle: textAt(objectAt(objectAt(entity, 'sitelinks'), this.siteId), 'title') ?? null,
    };
  }

  /**
   * Adds to an item as it was read. Not repeated when its answer is lost: read again.
   * @throws TemporaryError `editconflict` (read again), `failed-save` with `wikibase-validator-sitelink-conflict` among its
   * `messageNames` when another item is linked with the page
   */
  async editItem(
    item: Pick<Item, 'id' | 'lastRevisionId'>,
    { statements, commonsTitle }: ItemAdditions,
    summary: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const data = {
      ...(statements.length > 0 ? { claims: statements } : {}),
      ...(commonsTitle === null
        ? {}
        : { sitelinks: { [this.siteId]: { site: this.siteId, title: commonsTitle } } }),
    };
    const params = {
      action: 'wbeditentity',
      id: item.id,
      baserevid: String(item.lastRevisionId),
      data: JSON.stringify(data),
      summary,
    };
    parseEntityEdit(await this.caller.post({ params, signal, repeatable: false, withToken: true }));
  }
}
