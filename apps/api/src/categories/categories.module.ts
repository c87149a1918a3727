import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { UpstreamsModule } from '../upstreams/upstreams.module.js';
import { CategoryMessages } from './category-messages.js';
import { CategoryPairs } from './category-pairs.js';
import { CategoryToolMessages } from './category-tool-messages.js';
import { CreateCategory } from './create-category.js';
import { FetchRedlinks } from './fetch-redlinks.js';
import { FetchWantedCategories } from './fetch-wanted-categories.js';
import { FindDeletedCategories } from './find-deleted-categories.js';
import { LinkCategory } from './link-category.js';
import { RecategorizationsController } from './recategorizations.controller.js';
import { Recategorizations } from './recategorizations.service.js';
import { RecategorizeJobs } from './recategorize-jobs.js';
import { RecategorizeMessages } from './recategorize-messages.js';
import { WantedCategoryMessages } from './wanted-category-messages.js';

@Module({
  imports: [AuthModule, JobsModule, UpstreamsModule],
  controllers: [RecategorizationsController],
  providers: [
    FetchRedlinks,
    FetchWantedCategories,
    WantedCategoryMessages,
    FindDeletedCategories,
    CreateCategory,
    LinkCategory,
    CategoryToolMessages,
    CategoryPairs,
    RecategorizeJobs,
    RecategorizeMessages,
    Recategorizations,
    CategoryMessages,
  ],
  exports: [CategoryMessages, RecategorizeJobs],
})
export class CategoriesModule {}
