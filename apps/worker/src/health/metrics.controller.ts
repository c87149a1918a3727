import { Controller, Get, Res } from '@nestjs/common';
import { Metrics } from '#app/observability';
import type { Response } from 'express';

/** For Prometheus, on the internal port. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  async scrape(@Res() response: Response): Promise<void> {
    const text = await this.metrics.render();
    response.set('Content-Type', this.metrics.contentType).send(text);
  }
}
