import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { startTracing, type Tracing, type TracingOptions } from './start-tracing.js';

const TRACING = Symbol('tracing');

/** Traces while the process runs; does nothing at all without options. */
@Module({})
export class TracingModule implements OnApplicationShutdown {
  constructor(@Inject(TRACING) private readonly tracing: Tracing | null) {}

  static forRoot(options: TracingOptions | null): DynamicModule {
    const useFactory = (): Promise<Tracing> | null => (options === null ? null : startTracing(options));
    return { module: TracingModule, providers: [{ provide: TRACING, useFactory }] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tracing?.stop();
  }
}
