import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { JobsModule } from '../jobs/jobs.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { UploadDispatcher } from './dispatch-uploads.js';
import { StructuredDataFinisher } from './finish-structured-data.js';
import { LimitsRefresher } from './refresh-limits.js';
import { TemplateRefresher } from './refresh-templates.js';
import { SignInCheck } from './sign-in-check.js';
import { WantedCategoriesUpkeep } from './refresh-wanted-categories.js';
import { Upkeep } from './upkeep.service.js';

@Module({
  imports: [ScheduleModule.forRoot(), JobsModule, UploadsModule],
  providers: [
    LimitsRefresher,
    SignInCheck,
    StructuredDataFinisher,
    TemplateRefresher,
    UploadDispatcher,
    Upkeep,
    WantedCategoriesUpkeep,
  ],
})
export class UpkeepModule {}
