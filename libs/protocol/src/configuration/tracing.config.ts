import { IsNumber, IsObject, IsOptional, Max, Min } from 'class-validator';
import { FilesConfig } from './files.config.js';
import { readAddress, readNumber } from './read-values.js';
import { IsHttpAddress } from './validators.js';
import { Variable } from './variable.js';

/** `name=value`, values percent-encoded, with commas between them. */
function readHeaders(text: string): Record<string, string> | undefined {
  const pairs = text.split(',').map((pair) => [pair.indexOf('='), pair] as const);
  if (pairs.some(([at]) => at < 1)) return undefined;
  try {
    return Object.fromEntries(
      pairs.map(([at, pair]) => [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]),
    );
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

const headerValues = (text: string): string[] =>
  text === '' ? [] : [text, ...Object.values(readHeaders(text) ?? {})];

/** Where traces go, by the names that OpenTelemetry gives these variables. See https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export abstract class TracingConfig extends FilesConfig {
  @Variable('OTEL_EXPORTER_OTLP_ENDPOINT', {
    about: 'An OpenTelemetry collector that takes OTLP over HTTP. Without one nothing is traced.',
    example: 'http://127.0.0.1:4318',
    read: readAddress,
  })
  @IsOptional()
  @IsHttpAddress()
  readonly otlpEndpoint!: string | null;

  @Variable('OTEL_EXPORTER_OTLP_HEADERS', {
    about: 'Sent with all traces: name=value, values percent-encoded, comma separated.',
    fallback: '',
    example: 'x-api-key=change-me',
    secretsIn: headerValues,
    read: (text) => (text === '' ? {} : readHeaders(text)),
  })
  @IsObject({ message: 'must be name=value, comma separated' })
  readonly otlpHeaders!: Readonly<Record<string, string>>;

  @Variable('OTEL_TRACES_SAMPLER_ARG', {
    about: 'Share of the traces that are kept, from 0 to 1.',
    fallback: '1',
    read: readNumber,
  })
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(1)
  readonly traceSampleRatio!: number;
}
