import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { CategoriesModule } from '../categories/categories.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { UpstreamsModule } from '../upstreams/upstreams.module.js';
import { CompareCollection } from './compare-collection.js';
import { ImportMessages } from './import-messages.js';
import { ImportsController } from './imports.controller.js';
import { Imports } from './imports.service.js';
import { RecategorizeImportController } from './recategorize-import.controller.js';
import { RecategorizeImport } from './recategorize-import.js';

@Module({
  imports: [AuthModule, CategoriesModule, JobsModule, UpstreamsModule],
  controllers: [ImportsController, RecategorizeImportController],
  providers: [Imports, CompareCollection, RecategorizeImport, ImportMessages],
  exports: [ImportMessages],
})
export class ImportsModule {}
