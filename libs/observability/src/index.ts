export { AppLogger, type LoggerOptions } from './logs/logger.js';
export { describeFailure } from './logs/describe-failure.js';
export { logCrashes } from './logs/log-crashes.js';
export { addToContext, currentContext, inContext, type WorkContext } from './logs/work-context.js';
export { requestSpans } from './tracing/request-spans.js';
export {
  inSpan,
  openSpan,
  traceFields,
  withOpenSpan,
  type OpenSpan,
  type SpanOptions,
} from './tracing/spans.js';
export { toTracingOptions } from './tracing/start-tracing.js';
export { TracingModule } from './tracing/tracing.module.js';
export { findVersion } from './find-version.js';
export { HealthChecks, type Health, type HealthReport, type Probe } from './health/health-checks.js';
export { MonitoringModule } from './monitoring.module.js';
export { Metrics } from './metrics/metrics.js';
export {
  METRICS,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricDefinition,
  type MetricName,
  type ProcessName,
} from './metrics/metric-table.js';
export { observeDispatcher, originsOf } from './metrics/observe-dispatcher.js';
export { observeWithAll, RequestMetrics } from './metrics/request-metrics.js';
export { collectServiceFigures, type ServiceFigures } from './metrics/service-figures.js';
export { observersOf } from './metrics/observers-of.js';
