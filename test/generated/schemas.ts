import type { Schema } from './open-api.js';

/** Schemas of one document: what they refer to, what they accept and what they do not. */
export class Schemas {
  private made = 0;

  /** @param named those that others refer to by `#/components/schemas/…` */
  constructor(private readonly named: Readonly<Record<string, Schema>>) {}

  /** Without references; of alternatives the first that is not null. */
  resolve(schema: Schema): Schema {
    const { $ref, allOf, anyOf, oneOf, ...own } = schema;
    if ($ref !== undefined) {
      const found = this.named[$ref.split('/').at(-1) ?? ''];
      if (found === undefined) throw new Error(`The document has no ${$ref}`);
      return this.resolve(found);
    }
    const [first] = allOf ?? this.alternatives({ anyOf, oneOf });
    if (first === undefined) return schema;
    return { ...own, ...this.resolve(first) };
  }

  /** What a value may be instead of null, each resolved. */
  variantsOf(schema: Schema): Schema[] {
    const variants = this.alternatives(schema);
    return (variants.length > 0 ? variants : [schema]).map((variant) => this.resolve(variant));
  }

  isNullable({ type, anyOf, oneOf }: Schema): boolean {
    return (
      [type].flat().includes('null') ||
      [...(anyOf ?? []), ...(oneOf ?? [])].some((one) => one.type === 'null')
    );
  }

  /** The type of a resolved schema that is not null. */
  typeOf({ type }: Schema): string {
    return [type].flat().find((one) => one !== 'null') ?? 'any';
  }

  /** A value that it accepts, with what it requires and nothing else; texts differ from call to call. */
  sample(schema: Schema): unknown {
    const resolved = this.resolve(schema);
    if (resolved.example !== undefined) return resolved.example;
    if (resolved.const !== undefined) return resolved.const;
    if (resolved.enum !== undefined) return resolved.enum[0];
    if (resolved.default !== undefined) return resolved.default;
    switch (this.typeOf(resolved)) {
      case 'object':
        return Object.fromEntries(
          (resolved.required ?? []).map((key) => [key, this.sample(resolved.properties?.[key] ?? {})]),
        );
      case 'array':
        return resolved.items === undefined ? [] : [this.sample(resolved.items)];
      case 'integer':
      case 'number':
        return Math.max(resolved.minimum ?? 1, 1);
      case 'boolean':
        return true;
      default:
        return this.sampleText(resolved);
    }
  }

  private sampleText({ format, pattern, maxLength }: Schema): string {
    if (format === 'date-time') return '2040-01-01T00:00:00Z';
    if (format === 'date') return '2026-01-01';
    this.made += 1;
    const candidates = [`sample-${this.made}`, 'Q1', '7', ''];
    const fits = new RegExp(pattern ?? '', 'u');
    const found = candidates.find((text) => fits.test(text) && text.length <= (maxLength ?? Infinity));
    if (found === undefined) throw new Error(`No sample for the pattern ${pattern}: give it an example`);
    return found;
  }

  private alternatives({
    anyOf,
    oneOf,
  }: {
    anyOf?: readonly Schema[] | undefined;
    oneOf?: readonly Schema[] | undefined;
  }): Schema[] {
    return [...(anyOf ?? []), ...(oneOf ?? [])].filter(({ type }) => type !== 'null');
  }
}
