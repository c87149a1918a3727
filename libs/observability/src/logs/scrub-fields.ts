import { CENSORED, type ScrubText } from '#app/protocol';

const MAX_DEPTH = 6;
const MAX_ITEMS = 50;

/** What is called like this is a secret whatever it looks like. Numbers and flags are none: `tokens: 3` counts some. */
const SECRET_NAME =
  /token|secret|passw(?:or)?d|authorization|cookie|api[-_]?key|access[-_]?key|private[-_]?key|credential|signature|verifier|csrf/i;

const isOpen = (value: unknown): boolean =>
  value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean';

type Fields = Record<string, unknown>;

/** Copies what is to be logged as plain data without secrets: by the names of fields, and by the texts in all the others. */
export class FieldScrubber {
  constructor(private readonly scrub: ScrubText) {}

  /** @returns plain data: texts, numbers, flags, null, lists and objects of such */
  clean(value: unknown): unknown {
    return this.copy(value, 0, new Set());
  }

  private copy(value: unknown, depth: number, above: ReadonlySet<object>): unknown {
    if (typeof value === 'string') return this.scrub(value);
    if (typeof value === 'bigint' || typeof value === 'symbol') return this.scrub(String(value));
    if (typeof value === 'function') return `[function ${value.name}]`;
    if (typeof value !== 'object' || value === null) return value;
    if (above.has(value)) return '[circular]';
    if (depth >= MAX_DEPTH) return '[…]';
    return this.copyObject(value, depth + 1, new Set(above).add(value));
  }

  private copyObject(value: object, depth: number, above: ReadonlySet<object>): unknown {
    if (value instanceof Error) return this.copyError(value, depth, above);
    if (value instanceof URL) return this.scrub(value.href);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value) || value instanceof Set) return this.copyList([...value], depth, above);
    if (value instanceof Map) return this.copyFields([...value.entries()], depth, above);
    if ('toJSON' in value && typeof value.toJSON === 'function') {
      return this.copy((value.toJSON as () => unknown)(), depth, above);
    }
    return this.copyFields(Object.entries(value), depth, above);
  }

  /** With all that led to it. The fields that libraries hang on errors (`config`, `request`, …) stay outside. */
  private copyError(error: Error, depth: number, above: ReadonlySet<object>): Fields {
    const copied: Fields = { type: error.name, message: this.scrub(error.message) };
    if ('code' in error && ['string', 'number'].includes(typeof error.code)) {
      copied['code'] = this.copy(error.code, depth, above);
    }
    if (error.stack !== undefined) copied['stack'] = this.scrub(error.stack);
    if (error.cause !== undefined) copied['cause'] = this.copy(error.cause, depth, above);
    if (error instanceof AggregateError) copied['errors'] = this.copyList(error.errors, depth, above);
    return copied;
  }

  private copyList(list: readonly unknown[], depth: number, above: ReadonlySet<object>): unknown[] {
    const copied = list.slice(0, MAX_ITEMS).map((item) => this.copy(item, depth, above));
    return list.length <= MAX_ITEMS ? copied : [...copied, `… ${list.length - MAX_ITEMS} more`];
  }

  private copyFields(
    entries: readonly (readonly [unknown, unknown])[],
    depth: number,
    above: ReadonlySet<object>,
  ): Fields {
    const copied = entries.slice(0, MAX_ITEMS).map(([key, value]): [string, unknown] => {
      const name = String(key);
      const isSecret = SECRET_NAME.test(name) && !isOpen(value);
      return [this.scrub(name), isSecret ? CENSORED : this.copy(value, depth, above)];
    });
    const rest = entries.length - copied.length;
    return Object.fromEntries(rest > 0 ? [...copied, ['…', `${rest} more`]] : copied);
  }
}
