import { Module } from '@nestjs/common';
import { LiveMetrics } from './live-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { OperationController } from './operation.controller.js';
import { ScrapedFigures } from './scraped-figures.js';

/** What is told of the API process, and of what runs beside it. */
@Module({
  controllers: [MetricsController, OperationController],
  providers: [LiveMetrics, ScrapedFigures],
  exports: [LiveMetrics],
})
export class OperationModule {}
