import { Module } from '@nestjs/common';
import { FetchRedlinks } from './fetch-redlinks.js';
import { FetchWantedCategories } from './fetch-wanted-categories.js';
import { WantedCategoryMessages } from './wanted-category-messages.js';

@Module({
  providers: [FetchRedlinks, FetchWantedCategories, WantedCategoryMessages],
  exports: [WantedCategoryMessages],
})
export class CategoriesModule {}
