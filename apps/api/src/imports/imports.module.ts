import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { UpstreamsModule } from '../upstreams/upstreams.module.js';
import { CompareCollection } from './compare-collection.js';
import { ImportMessages } from './import-messages.js';
import { ImportsController } from './imports.controller.js';
import { Imports } from './imports.service.js';

@Module({
  imports: [AuthModule, JobsModule, UpstreamsModule],
  controllers: [ImportsController],
  providers: [Imports, CompareCollection, ImportMessages],
  exports: [ImportMessages],
})
export class ImportsModule {}
