import { Module, type DynamicModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthChecks } from './health/health-checks.js';
import { Metrics } from './metrics/metrics.js';
import { RequestMetrics } from './metrics/request-metrics.js';

/** Metrics and health of a process, everywhere in it. */
@Module({})
export class MonitoringModule {
  static forRoot(metrics: Metrics): DynamicModule {
    return {
      module: MonitoringModule,
      global: true,
      // What is down is told by whoever asks for it; a line for each probe of each orchestrator would hide the others.
      imports: [TerminusModule.forRoot({ logger: false })],
      providers: [
        HealthChecks,
        { provide: Metrics, useValue: metrics },
        { provide: RequestMetrics, useFactory: () => new RequestMetrics(metrics) },
      ],
      exports: [HealthChecks, Metrics, RequestMetrics],
    };
  }
}
