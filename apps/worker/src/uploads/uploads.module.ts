import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { UPLOAD_QUEUE } from '#app/protocol';
import { CommonsClients } from './commons-clients.js';
import { RunPreparation } from './run-preparation.js';
import { Shutdown } from './shutdown.js';
import { UploadClaims } from './upload-claims.js';
import { UploadProcessor } from './upload.processor.js';
import { UploadRunner } from './upload-runner.js';
import { WorkFiles } from './work-files.js';

@Module({
  imports: [BullModule.registerQueue({ name: UPLOAD_QUEUE })],
  providers: [
    CommonsClients,
    RunPreparation,
    Shutdown,
    UploadClaims,
    UploadProcessor,
    UploadRunner,
    WorkFiles,
  ],
  exports: [CommonsClients],
})
export class UploadsModule {}
