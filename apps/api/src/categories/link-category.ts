import { Injectable } from '@nestjs/common';
import { addCategory, answerClass, type WikidataClient } from '#app/commons-client';
import { DomainError, RefusedError, TemporaryError } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { PersonClients } from '../upstreams/person-clients.js';

const SUMMARY = 'Adding the category on Commons via Curator';
/** Others may edit the item in between. */
const MOST_TRIES = 3;

const isConflict = (error: unknown): boolean =>
  error instanceof TemporaryError && answerClass(error) === 'edit-conflict';

const reasonOf = (error: TemporaryError | RefusedError): string =>
  error.messageNames.includes('wikibase-validator-sitelink-conflict')
    ? 'another item is linked with it already'
    : error.message;

/** Links an item of Wikidata with a category on Commons: Commons category (P373) and the link to the page. */
@Injectable()
export class LinkCategory {
  constructor(private readonly clients: PersonClients) {}

  /**
   * Adds what the item lacks, and nothing where it lacks nothing.
   * @param qid `Q42` @param page full page title, with blanks
   * @throws DomainError UPSTREAM_FAILED, which says that the category is there all the same
   */
  async execute(user: SignedInUser, qid: string, page: string): Promise<void> {
    const client = await this.clients.wikidata(user);
    try {
      await this.link(client, qid, page);
    } catch (error) {
      if (!(error instanceof TemporaryError) && !(error instanceof RefusedError)) throw error;
      throw new DomainError(
        'UPSTREAM_FAILED',
        `${page} is there, but ${qid} could not be linked with it: ${reasonOf(error)}`,
        undefined,
        { cause: error },
      );
    }
  }

  private async link(client: WikidataClient, qid: string, page: string): Promise<void> {
    const category = page.slice(page.indexOf(':') + 1);
    for (let tries = 1; ; tries += 1) {
      const item = await client.findItem(qid);
      if (item === null) throw new RefusedError('no-such-entity', 'no-such-entity: There is no such item.');
      const additions = addCategory(item, category);
      if (additions === null) return;
      try {
        await client.editItem(item, additions, SUMMARY);
        return;
      } catch (error) {
        if (!isConflict(error) || tries === MOST_TRIES) throw error;
      }
    }
  }
}
