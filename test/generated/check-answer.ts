import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApi, Route, Schema } from './open-api.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ErrorAnswer {
  readonly error_code: string;
  readonly x_user: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Holds answers against the document; objects have no fields that it does not know. */
export class DocumentedAnswers {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly checks = new Map<Schema, ValidateFunction>();

  constructor({ components }: OpenApi) {
    addFormats.default(this.ajv);
    const schemas = Object.fromEntries(
      Object.entries(components.schemas).map(([name, schema]) => [name, close(schema)]),
    );
    this.ajv.addSchema({ $id: 'openapi', components: { schemas } });
  }

  /** @throws what the document does not allow */
  check(route: Route, answer: Answer): void {
    const documented = route.answers[answer.status];
    const told = `${route.name}: ${answer.status} ${answer.text.slice(0, 500)}`;
    if (documented === undefined) throw new Error(`Not documented: ${told}`);
    if (!/^[\w-]{8,64}$/.test(answer.headers.get('x-request-id') ?? ''))
      throw new Error(`Without an id: ${told}`);
    if (documented.schema === null) return;
    const body: unknown = JSON.parse(answer.text);
    const valid = this.checkOf(documented.schema);
    if (valid(body) !== true) throw new Error(`${this.ajv.errorsText(valid.errors)} in ${told}`);
    if (answer.status >= 400) this.checkError(documented.codes, answer, told);
  }

  private checkError(codes: readonly string[], answer: Answer, told: string): void {
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    const isWhole =
      body['http_status'] === answer.status &&
      body['request_id'] === answer.headers.get('x-request-id') &&
      body['detail'] === body['error_msg'];
    if (!isWhole) throw new Error(`It contradicts itself: ${told}`);
    if (!codes.includes(String(body['error_code']))) throw new Error(`Its code is not documented: ${told}`);
  }

  private checkOf(schema: Schema): ValidateFunction {
    const known = this.checks.get(schema);
    if (known !== undefined) return known;
    const text = JSON.stringify(close(schema)).replaceAll('"#/components/', '"openapi#/components/');
    const check = this.ajv.compile(JSON.parse(text) as Schema);
    this.checks.set(schema, check);
    return check;
  }
}

/** Objects with the fields that are named and no others. */
const close = (schema: Schema): Schema =>
  schema.properties === undefined ? schema : { ...schema, ...{ additionalProperties: false } };

/** What no answer may tell: statements, stacks, paths of our files, secrets. */
const LEAKS = [
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM) [\w`*]+/,
  /\bat .+\.(js|ts):\d+/,
  /node_modules|\/src\/|\/dist\//,
  /\bER_[A-Z_]+|ECONN|QueryFailed|TypeError|SyntaxError|RangeError|ReferenceError/,
  /Unexpected (token|end|non-whitespace)|in JSON at position/,
];

/** @throws Error naming what it tells */
export function checkNoLeak(text: string, secrets: readonly string[] = []): void {
  for (const leak of LEAKS) {
    const found = leak.exec(text);
    if (found !== null) throw new Error(`An answer tells “${found[0]}”: ${text.slice(0, 500)}`);
  }
  for (const secret of secrets)
    if (text.includes(secret)) throw new Error(`An answer tells a secret: ${text.slice(0, 500)}`);
}
