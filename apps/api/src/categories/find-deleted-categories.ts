import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { PageClient } from '#app/commons-client';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { PersonClients } from '../upstreams/person-clients.js';
import { toCategoryPage } from './to-category-page.js';

/** As many as the API takes in one request. */
const TITLES_A_REQUEST = 50;
/** Requests at once; the person's uploads go on beside them. */
const REQUESTS = 2;

/** Finds out which categories are not there because they were deleted. */
@Injectable()
export class FindDeletedCategories {
  constructor(private readonly clients: PersonClients) {}

  /**
   * Those of the titles that were deleted, as they were asked for and in their order.
   * @param titles with or without namespace, with blanks or underscores
   * @throws DomainError FORBIDDEN @throws TemporaryError @throws RefusedError
   */
  async execute(user: SignedInUser, titles: readonly string[], signal: AbortSignal): Promise<string[]> {
    const pages = [...new Set(titles.flatMap((title) => toCategoryPage(title) ?? []))];
    if (pages.length === 0) return [];
    const client = await this.clients.pages(user);
    const missing = await this.listMissing(client, pages, signal);
    const limit = pLimit(REQUESTS);
    const deleted = new Set<string>();
    await Promise.all(
      missing.map((page) =>
        limit(async () => {
          signal.throwIfAborted();
          if (await client.wasDeleted(page, signal)) deleted.add(page);
        }),
      ),
    );
    return titles.filter((title) => deleted.has(toCategoryPage(title) ?? ''));
  }

  private async listMissing(
    client: PageClient,
    pages: readonly string[],
    signal: AbortSignal,
  ): Promise<string[]> {
    const missing: string[] = [];
    for (let start = 0; start < pages.length; start += TITLES_A_REQUEST) {
      missing.push(...(await client.listMissing(pages.slice(start, start + TITLES_A_REQUEST), signal)));
    }
    return missing;
  }
}
