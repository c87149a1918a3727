import { carryTraces, textScrubber, type SharedConfig } from '#app/protocol';
import { Logger } from '@nestjs/common';
import { findVersion } from '../find-version.js';
import { runningTraceparent, useTracing } from './spans.js';

export interface TracingOptions {
  /** Of the process, e.g. `curator-api`. */
  readonly service: string;
  readonly version: string;
  /** Of an OTLP collector, `http(s)://host:port`, without `/v1/traces`. */
  readonly endpoint: string;
  /** Sent with every export. */
  readonly headers: Readonly<Record<string, string>>;
  /** Share of the traces that begin here and are kept, from 0 to 1. */
  readonly sampleRatio: number;
  /** Values that no span may have in it. */
  readonly secrets: readonly string[];
}

/** What a process's configuration says of traces; null where there are to be none. */
export const toTracingOptions = (
  service: string,
  config: Pick<SharedConfig, 'otlpEndpoint' | 'otlpHeaders' | 'traceSampleRatio'>,
  secrets: readonly string[],
): TracingOptions | null =>
  config.otlpEndpoint === null
    ? null
    : {
        service,
        version: findVersion(),
        endpoint: config.otlpEndpoint,
        headers: config.otlpHeaders,
        sampleRatio: config.traceSampleRatio,
        secrets,
      };

export interface Tracing {
  /** Sends what is left. Never fails: a collector that is away is logged. */
  stop(): Promise<void>;
}

/**
 * Switches traces on. The parts of OpenTelemetry are loaded here, so that a process without traces pays nothing for them.
 * Only what this process says itself is traced: no module is patched.
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const [otel, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const logger = new Logger('Tracing');
  const warn = (message: string): void => logger.warn({ message: `Traces: ${message}` });
  const silent = (): void => undefined;
  otel.diag.setLogger(
    { error: warn, warn, info: silent, debug: silent, verbose: silent },
    { logLevel: otel.DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint}/v1/traces`,
    headers: { ...options.headers },
    timeoutMillis: 30_000,
  });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.service,
      'service.version': options.version,
      'service.instance.id': String(process.pid),
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(options.sampleRatio) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
  });
  const { trace, ROOT_CONTEXT, SpanKind, SpanStatusCode } = otel;
  useTracing({
    tracer: provider.getTracer('curator', options.version),
    contextOf: (parent) => {
      if (parent === null) return ROOT_CONTEXT;
      return 'spanContext' in parent
        ? trace.setSpan(ROOT_CONTEXT, parent)
        : trace.setSpanContext(ROOT_CONTEXT, parent);
    },
    kinds: {
      internal: SpanKind.INTERNAL,
      server: SpanKind.SERVER,
      client: SpanKind.CLIENT,
      producer: SpanKind.PRODUCER,
      consumer: SpanKind.CONSUMER,
    },
    errorCode: SpanStatusCode.ERROR,
    scrub: textScrubber(options.secrets),
  });
  carryTraces(runningTraceparent);
  return {
    stop: async () => {
      try {
        await provider.shutdown();
      } catch (error) {
        logger.warn({ message: 'Traces: what was left could not be sent', error });
      }
    },
  };
}
