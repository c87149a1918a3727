import { createHash, timingSafeEqual } from 'node:crypto';
import { Metrics } from '#app/observability';
import { DomainError } from '#app/protocol';
import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiConfig } from '../api.config.js';

const SCHEME = /^Bearer +(\S+)$/i;

/** For Prometheus. The port is the public one: without METRICS_TOKEN there is nothing here, with it only for who sends it. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly config: ApiConfig,
    private readonly metrics: Metrics,
  ) {}

  @Get()
  async scrape(
    @Headers('authorization') authorization: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const { metricsToken } = this.config;
    if (metricsToken === null) throw new DomainError('NOT_FOUND', 'Metrics are not offered here.');
    const given = SCHEME.exec(authorization ?? '')?.[1] ?? '';
    if (!isSame(given, metricsToken))
      throw new DomainError('UNAUTHENTICATED', 'Metrics are for who knows their token.');
    const text = await this.metrics.render();
    response.set({ 'Content-Type': this.metrics.contentType, 'Cache-Control': 'no-store' }).send(text);
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
