import { Injectable } from '@nestjs/common';
import type { HandlersOf } from '../live/handlers.js';
import { CheckTitles } from './check-titles.js';

/** Messages about titles that files could have. */
@Injectable()
export class TitleMessages {
  readonly handlers: HandlersOf<'CHECK_TITLES'> = {
    CHECK_TITLES: async ({ data }, connection) => {
      const items = await this.checkTitles.execute(connection.person, data.titles, connection.closed);
      connection.send({ type: 'TITLES_CHECKED', data: { items } });
    },
  };

  constructor(private readonly checkTitles: CheckTitles) {}
}
