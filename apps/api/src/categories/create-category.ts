import { Injectable } from '@nestjs/common';
import { WantedCategoryRepository } from '#app/persistence';
import { DomainError } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { PersonClients } from '../upstreams/person-clients.js';
import { toCategoryPage } from './to-category-page.js';

const SUMMARY = 'Created via Curator';

/** Creates the page of a category. */
@Injectable()
export class CreateCategory {
  constructor(
    private readonly clients: PersonClients,
    private readonly wanted: WantedCategoryRepository,
  ) {}

  /**
   * A page that exists stays as it is. Either way the category is no wanted one any more.
   * @param title with or without namespace, with blanks or underscores
   * @returns the full page title, with blanks
   * @throws DomainError VALIDATION_FAILED, FORBIDDEN @throws TemporaryError @throws RefusedError
   */
  async execute(user: SignedInUser, title: string, text: string): Promise<string> {
    const page = toCategoryPage(title);
    if (page === null)
      throw new DomainError('VALIDATION_FAILED', `“${title}” cannot be the title of a category.`);
    const client = await this.clients.pages(user);
    const created = await client.createPage({ title: page, text, summary: SUMMARY });
    await this.wanted.forgetWantedCategory(created.title);
    return created.title;
  }
}
