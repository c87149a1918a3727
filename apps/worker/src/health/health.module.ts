import { Module } from '@nestjs/common';
import { UploadsModule } from '../uploads/uploads.module.js';
import { HealthController } from './health.controller.js';
import { Heartbeat } from './heartbeat.js';
import { MetricsController } from './metrics.controller.js';
import { ScrapedFigures } from './scraped-figures.js';
import { WorkerState } from './worker-state.js';

/** What is told of this worker. */
@Module({
  imports: [UploadsModule],
  controllers: [HealthController, MetricsController],
  providers: [Heartbeat, ScrapedFigures, WorkerState],
})
export class HealthModule {}
