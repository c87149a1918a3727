import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Value = { stringValue?: string; intValue?: number | string; boolValue?: boolean; doubleValue?: number };
type Attribute = { key: string; value: Value };

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes?: Attribute[];
  status?: { code?: number; message?: string };
}

/** As https://opentelemetry.io/docs/specs/otlp/#otlphttp-request has it in JSON. */
interface OtlpRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: OtlpSpan[] }[];
  }[];
}

export interface CollectedSpan {
  service: string;
  trace: string;
  id: string;
  parent: string | null;
  name: string;
  attributes: Readonly<Record<string, string | number | boolean>>;
  isError: boolean;
}

const ERROR = 2;

const toRecord = (attributes: readonly Attribute[] = []): CollectedSpan['attributes'] =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? Number(value.intValue ?? value.doubleValue),
    ]),
  );

/** A stand-in for an OpenTelemetry collector: keeps the spans that are sent to it. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  /** Each request's body as it came. */
  readonly bodies: string[] = [];
  /** The header that the requests authorise themselves with. */
  readonly keys = new Set<string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpCollector> {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        collector.receive(String(request.url), body, String(request.headers['x-api-key']));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    const collector = new OtlpCollector(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A span and all above it, itself first. */
  ancestryOf(span: CollectedSpan): CollectedSpan[] {
    const parent = this.spans.find(({ id, trace }) => id === span.parent && trace === span.trace);
    return parent === undefined ? [span] : [span, ...this.ancestryOf(parent)];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private receive(path: string, body: string, key: string): void {
    if (path !== '/v1/traces') throw new Error(`Nobody expects ${path}`);
    this.bodies.push(body);
    this.keys.add(key);
    const { resourceSpans } = JSON.parse(body) as OtlpRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(toRecord(resource.attributes)['service.name']);
      for (const { traceId, spanId, parentSpanId, name, attributes, status } of scopeSpans.flatMap(
        ({ spans }) => spans,
      )) {
        this.spans.push({
          service,
          trace: traceId,
          id: spanId,
          parent: parentSpanId === undefined || parentSpanId === '' ? null : parentSpanId,
          name,
          attributes: toRecord(attributes),
          isError: status?.code === ERROR,
        });
      }
    }
  }
}
