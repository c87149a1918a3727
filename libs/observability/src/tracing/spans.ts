import type { Attributes, Context, Span, SpanContext, SpanKind, Tracer } from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { currentContext } from '../logs/work-context.js';

/** As much of OpenTelemetry's API as spans need; it is loaded only where traces are on. */
export interface TracingApi {
  readonly tracer: Tracer;
  /** The context of a span with this parent; of a root without one. */
  readonly contextOf: (parent: Span | SpanContext | null) => Context;
  readonly kinds: Readonly<Record<'internal' | 'server' | 'client' | 'producer' | 'consumer', SpanKind>>;
  readonly errorCode: number;
  /** Takes secrets out of the messages of errors. */
  readonly scrub: (text: string) => string;
}

export interface SpanOptions {
  readonly kind?: keyof TracingApi['kinds'];
  readonly attributes?: Attributes;
  /** The `traceparent` of work that another process has left to this one; default: the span that is running. */
  readonly parent?: string | null;
}

/** A span that is ended by hand. */
export interface OpenSpan {
  /** @param attributes that are known only now */
  end(outcome?: { readonly name?: string; readonly attributes?: Attributes; readonly error?: unknown }): void;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NOTHING: OpenSpan = { end: () => undefined };

const running = new AsyncLocalStorage<Span>();
let api: TracingApi | null = null;

/** Switches traces on or, with null, off. */
export const useTracing = (tracing: TracingApi | null): void => {
  api = tracing;
};

const parse = (traceparent: string | null | undefined): SpanContext | null => {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true };
};

/** Every span has the ids of what it is about, as lines of the log have. */
const contextAttributes = (): Attributes =>
  Object.fromEntries(
    Object.entries(currentContext() ?? {}).map(([name, value]) => [`curator.${name}`, value]),
  );

const begin = (tracing: TracingApi, name: string, { kind, attributes, parent }: SpanOptions): Span =>
  tracing.tracer.startSpan(
    name,
    { kind: tracing.kinds[kind ?? 'internal'], attributes: { ...contextAttributes(), ...attributes } },
    tracing.contextOf(parent === undefined ? (running.getStore() ?? null) : parse(parent)),
  );

function fail(span: Span, error: unknown, { errorCode, scrub }: TracingApi): void {
  const text = error instanceof Error ? error.message : String(error);
  span.setStatus({ code: errorCode, message: scrub(text) });
  span.setAttribute('error.type', error instanceof Error ? error.name : scrub(String(error)));
}

/** Runs `work` in a span of this name; what it throws is noted and goes on. Without traces it is `work` alone. */
export async function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  const tracing = api;
  if (tracing === null) return work();
  const span = begin(tracing, name, options);
  try {
    return await running.run(span, work);
  } catch (error) {
    fail(span, error, tracing);
    throw error;
  } finally {
    span.end();
  }
}

/** Begins a span that nothing runs in. */
export function openSpan(name: string, options: SpanOptions = {}): OpenSpan {
  const tracing = api;
  return tracing === null ? NOTHING : closing(begin(tracing, name, options), tracing);
}

/** Begins a span, runs `work` and whatever it starts in it, and leaves its end to `work`. */
export function withOpenSpan<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => T): T {
  const tracing = api;
  if (tracing === null) return work(NOTHING);
  const span = begin(tracing, name, options);
  return running.run(span, () => work(closing(span, tracing)));
}

const closing = (span: Span, tracing: TracingApi): OpenSpan => ({
  end: ({ name, attributes, error } = {}) => {
    if (name !== undefined) span.updateName(name);
    if (attributes !== undefined) span.setAttributes(attributes);
    if (error !== undefined) fail(span, error, tracing);
    span.end();
  },
});

/** Of the running span, for another process to go on with. */
export function runningTraceparent(): string | null {
  const context = running.getStore()?.spanContext();
  if (context === undefined) return null;
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`;
}

/** The ids by which a line of the log is found from its trace; none where nothing is traced. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  const context = running.getStore()?.spanContext();
  return context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId };
}
