import { Injectable } from '@nestjs/common';
import { CommonsApi } from '#app/commons-client';
import { CommonsReplica, TokenVault, UserRepository } from '#app/persistence';
import { DomainError, type CategorySource } from '#app/protocol';
import { WorkerConfig } from '../worker.config.js';

/** Where imports read from: the replicas where both are configured, else the wiki in the name of somebody who waits for it. */
@Injectable()
export class CategorySources {
  constructor(
    private readonly replica: CommonsReplica,
    private readonly commons: CommonsApi,
    private readonly users: UserRepository,
    private readonly vault: TokenVault,
    private readonly config: WorkerConfig,
  ) {}

  /** @param people who waits for it @throws DomainError FORBIDDEN when it has to be the wiki, and none of them is signed in */
  async open(people: readonly string[]): Promise<CategorySource> {
    const { hasCore, hasLinks } = this.replica;
    return hasCore && hasLinks
      ? this.replica.openCategories(this.config.categoryRedirectTemplates)
      : this.openApi(people);
  }

  /** @throws DomainError FORBIDDEN when none of them is signed in */
  async openApi(people: readonly string[]): Promise<CategorySource> {
    for (const userid of people) {
      const user = await this.users.find(userid);
      const token = user?.accessToken ? this.vault.tryOpen(user.accessToken, userid) : null;
      if (user && token) {
        const { username } = user;
        return this.commons.categoriesFor({ userid, username }, token, this.config.categoryRedirectTemplates);
      }
    }
    throw new DomainError('FORBIDDEN', 'Your authorization has ended. Please sign in again.');
  }
}
