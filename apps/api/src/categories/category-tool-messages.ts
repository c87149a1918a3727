import { Injectable } from '@nestjs/common';
import type { ClientMessageOf } from '#app/protocol';
import type { Connection } from '../live/connection.js';
import type { HandlersOf } from '../live/handlers.js';
import { reportError } from '../live/report-error.js';
import { CreateCategory } from './create-category.js';
import { FindDeletedCategories } from './find-deleted-categories.js';
import { LinkCategory } from './link-category.js';

/** Messages about the pages of categories. Every signed-in person may use them, in their own name. */
@Injectable()
export class CategoryToolMessages {
  readonly handlers: HandlersOf<'CHECK_CATEGORIES_DELETED' | 'CREATE_CATEGORY'> = {
    CHECK_CATEGORIES_DELETED: (message, connection) => this.beginCheck(message, connection),
    CREATE_CATEGORY: ({ data }, connection) => this.create(connection, data),
  };

  constructor(
    private readonly findDeleted: FindDeletedCategories,
    private readonly createCategory: CreateCategory,
    private readonly linkCategory: LinkCategory,
  ) {}

  /** Resolves when it is the person's turn: nobody waits for an answer that mostly does not come. */
  private beginCheck(
    message: ClientMessageOf<'CHECK_CATEGORIES_DELETED'>,
    connection: Connection,
  ): Promise<void> {
    return new Promise((begun) => {
      const check = connection.costly(() => {
        begun();
        return this.checkDeleted(message, connection);
      });
      connection.owe(check);
    });
  }

  private async checkDeleted(
    { data, type }: ClientMessageOf<'CHECK_CATEGORIES_DELETED'>,
    connection: Connection,
  ): Promise<void> {
    try {
      const deleted = await this.findDeleted.execute(connection.person, data.titles, connection.closed);
      if (deleted.length > 0) connection.send({ type: 'CATEGORIES_DELETED_RESPONSE', data: { deleted } });
    } catch (error) {
      if (!connection.closed.aborted) reportError(connection, error, type);
    }
  }

  private async create(
    connection: Connection,
    { title, text, wikidata_qid: qid }: ClientMessageOf<'CREATE_CATEGORY'>['data'],
  ): Promise<void> {
    const page = await this.createCategory.execute(connection.person, title, text);
    connection.send({ type: 'CATEGORY_CREATED_RESPONSE', data: { title: page.replaceAll(' ', '_') } });
    if (qid !== undefined) await this.linkCategory.execute(connection.person, qid, page);
  }
}
