import { Injectable } from '@nestjs/common';
import { CommonsReplica, WantedCategoryRepository, type Redlink } from '#app/persistence';
import { DomainError } from '#app/protocol';

const MOST = 100;
const LONGEST_MS = 60_000;

/** Links on Commons to categories that have no page. */
@Injectable()
export class FetchRedlinks {
  private running: Promise<Redlink[]> | null = null;

  constructor(
    private readonly replica: CommonsReplica,
    private readonly categories: WantedCategoryRepository,
  ) {}

  /** At most 100 of them; whoever asks while they are looked for waits for the same answer. @throws DomainError @throws TemporaryError */
  async fetch(): Promise<Redlink[]> {
    if (!this.replica.hasLinks)
      throw new DomainError('NOT_CONFIGURED', 'Redlinks are not available on this server.');
    const found = await (this.running ??= this.find());
    const forgotten = await this.categories.listForgotten(found.map(({ title }) => title));
    return found.filter(({ title }) => !forgotten.has(title));
  }

  private async find(): Promise<Redlink[]> {
    try {
      return await this.replica.listRedlinks(MOST, new Date(Date.now() + LONGEST_MS));
    } finally {
      this.running = null;
    }
  }
}
