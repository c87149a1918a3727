import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { CleanExportFiles, CleanExportRows } from './clean-export-files.js';
import { CleanImports, CleanJobs, CleanQueues } from './clean-records.js';
import { CleanSpools, CleanTemporaryFiles, CleanWorkFiles } from './clean-temporary-files.js';
import { CleanUp, CLEANERS } from './clean-up.js';
import type { Cleaner } from './cleaning-turn.js';
import { ExportStorages } from './export-storages.js';

/** What is in Redis for a while only (answers of geocoders and of other services) ends there by itself. */
const ALL: readonly (new (...services: never[]) => Cleaner)[] = [
  CleanExportFiles,
  CleanExportRows,
  CleanTemporaryFiles,
  CleanSpools,
  CleanWorkFiles,
  CleanImports,
  CleanJobs,
  CleanQueues,
];

@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [
    ExportStorages,
    CleanUp,
    ...ALL,
    { provide: CLEANERS, inject: [...ALL], useFactory: (...cleaners: Cleaner[]) => cleaners },
  ],
  exports: [CleanUp],
})
export class CleanupModule {}
