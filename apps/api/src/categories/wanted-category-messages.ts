import { Injectable } from '@nestjs/common';
import type { Connection } from '../live/connection.js';
import type { HandlersOf } from '../live/handlers.js';
import { FetchRedlinks } from './fetch-redlinks.js';
import { FetchWantedCategories } from './fetch-wanted-categories.js';

/** Messages about categories that have no page. Every signed-in person may ask. */
@Injectable()
export class WantedCategoryMessages {
  readonly handlers: HandlersOf<'FETCH_REDLINKS' | 'FETCH_WANTED_CATEGORIES'> = {
    FETCH_REDLINKS: (_, connection) => this.sendRedlinks(connection),
    FETCH_WANTED_CATEGORIES: ({ data }, connection) =>
      this.sendWanted(connection, data.offset, data.filter?.trim() ?? ''),
  };

  constructor(
    private readonly redlinks: FetchRedlinks,
    private readonly wanted: FetchWantedCategories,
  ) {}

  private async sendRedlinks(connection: Connection): Promise<void> {
    const items = await this.redlinks.fetch();
    connection.send({
      type: 'REDLINKS_RESPONSE',
      data: { items: items.map(({ title, linkedFrom }) => ({ title, linked_from: linkedFrom })) },
    });
  }

  private async sendWanted(connection: Connection, offset: number, filter: string): Promise<void> {
    const { items, total } = await this.wanted.fetch(offset, filter);
    connection.send({ type: 'WANTED_CATEGORIES_RESPONSE', data: { items, total } });
  }
}
