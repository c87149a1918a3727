import { Module } from '@nestjs/common';
import { BatchesModule } from '../batches/batches.module.js';
import { TitlesModule } from '../titles/titles.module.js';
import { UpstreamsModule } from '../upstreams/upstreams.module.js';
import { CheckManifest } from './check-manifest.js';
import { CheckRows } from './check-rows.js';
import { ManifestsController } from './manifests.controller.js';
import { TakeManifest } from './take-manifest.js';

@Module({
  imports: [BatchesModule, TitlesModule, UpstreamsModule],
  controllers: [ManifestsController],
  providers: [CheckRows, CheckManifest, TakeManifest],
})
export class ManifestsModule {}
