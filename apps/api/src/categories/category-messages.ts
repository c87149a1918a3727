import { Injectable } from '@nestjs/common';
import type { HandlersOf } from '../live/handlers.js';
import { CategoryToolMessages } from './category-tool-messages.js';
import { RecategorizeMessages } from './recategorize-messages.js';
import { WantedCategoryMessages } from './wanted-category-messages.js';

/** Messages about categories. */
@Injectable()
export class CategoryMessages {
  readonly handlers: HandlersOf<
    | keyof CategoryToolMessages['handlers']
    | keyof RecategorizeMessages['handlers']
    | keyof WantedCategoryMessages['handlers']
  >;

  constructor(tools: CategoryToolMessages, moves: RecategorizeMessages, wanted: WantedCategoryMessages) {
    this.handlers = { ...tools.handlers, ...moves.handlers, ...wanted.handlers };
  }
}
