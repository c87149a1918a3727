import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { UPLOAD_QUEUE } from '#app/protocol';
import { CommitGate } from './commit-gate.js';
import { CommonsClients } from './commons-clients.js';
import { RunPreparation } from './run-preparation.js';
import { ServiceCheck } from './service-check.js';
import { Shutdown } from './shutdown.js';
import { SignInExpiry } from './sign-in-expiry.js';
import { Traffic } from './traffic.js';
import { TurnTaker } from './turn-taker.js';
import { UploadClaims } from './upload-claims.js';
import { UploadProcessor } from './upload.processor.js';
import { UploadRunner } from './upload-runner.js';
import { WorkFiles } from './work-files.js';

@Module({
  imports: [BullModule.registerQueue({ name: UPLOAD_QUEUE })],
  providers: [
    CommitGate,
    CommonsClients,
    RunPreparation,
    ServiceCheck,
    Shutdown,
    SignInExpiry,
    Traffic,
    TurnTaker,
    UploadClaims,
    UploadProcessor,
    UploadRunner,
    WorkFiles,
  ],
  exports: [CommonsClients, Shutdown, SignInExpiry],
})
export class UploadsModule {}
