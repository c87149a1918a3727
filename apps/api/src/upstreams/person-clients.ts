import { Injectable } from '@nestjs/common';
import {
  CommonsApi,
  type AccessToken,
  type PageClient,
  type PageEditor,
  type WikidataClient,
} from '#app/commons-client';
import { TokenVault, UserRepository } from '#app/persistence';
import { CATEGORY_REDIRECT_TEMPLATES, DomainError, type CategorySource } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';

/** Lets people act on the wikis in their own names. */
@Injectable()
export class PersonClients {
  constructor(
    private readonly users: UserRepository,
    private readonly vault: TokenVault,
    private readonly commons: CommonsApi,
  ) {}

  /** @throws DomainError FORBIDDEN when the person's token was revoked */
  async pages(user: SignedInUser): Promise<PageClient> {
    return this.commons.pagesFor(user, await this.openToken(user));
  }

  /** @throws DomainError FORBIDDEN when the person's token was revoked */
  async wikidata(user: SignedInUser): Promise<WikidataClient> {
    return this.commons.wikidataFor(user, await this.openToken(user));
  }

  /** @throws DomainError FORBIDDEN when the person's token was revoked */
  async editor(user: SignedInUser): Promise<PageEditor> {
    return this.commons.editorFor(user, await this.openToken(user));
  }

  /** @throws DomainError FORBIDDEN when the person's token was revoked */
  async categories(user: SignedInUser): Promise<CategorySource> {
    return this.commons.categoriesFor(user, await this.openToken(user), CATEGORY_REDIRECT_TEMPLATES);
  }

  private async openToken({ userid }: SignedInUser): Promise<AccessToken> {
    const sealed = (await this.users.find(userid))?.accessToken ?? null;
    const token = sealed === null ? null : this.vault.tryOpen(sealed, userid);
    if (!token) throw new DomainError('FORBIDDEN', 'Your authorization has ended. Please sign in again.');
    return token;
  }
}
