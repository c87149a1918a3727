import type { Schema } from './open-api.js';
import type { Schemas } from './schemas.js';

/** A value that a schema does not accept. */
export interface BadValue {
  /** Where in the value: field names from the outermost one on. */
  readonly at: readonly string[];
  readonly what: string;
  readonly value: unknown;
}

/** One more than the largest whole number that JSON carries safely. */
const TOO_LARGE = Number.MAX_SAFE_INTEGER + 1;
const NO_TEXTS: readonly unknown[] = [12_345, {}, ['x']];
const NO_NUMBERS: readonly unknown[] = ['x', '1', true, {}, []];

const here = (what: string, value: unknown): BadValue => ({ at: [], what, value });
const wrongTypes = (values: readonly unknown[]): BadValue[] =>
  values.map((value) => here(`of a wrong type (${JSON.stringify(value)})`, value));

function badTexts({ enum: words, maxLength, minLength, pattern, format }: Schema): BadValue[] {
  const found = wrongTypes(NO_TEXTS);
  if (words !== undefined)
    return [...found, here('unknown', 'no such word'), here('in a prototype', 'constructor')];
  if (maxLength !== undefined) found.push(here('too long', 'x'.repeat(maxLength + 1)));
  if ((minLength ?? 0) > 0) found.push(here('empty', ''));
  if (pattern !== undefined) found.push(here('of a wrong form', '../ \u0000'));
  if (format === 'date-time')
    found.push(here('no time', 'yesterday'), here('no moment', '2026-02-30T00:00:00Z'));
  if (format === 'date') found.push(here('no date', 'yesterday'), here('no day', '2026-02-30'));
  return found;
}

function badNumbers(schema: Schema, isWhole: boolean): BadValue[] {
  const { minimum, maximum } = schema;
  const found = wrongTypes(NO_NUMBERS);
  if (isWhole) found.push(here('a fraction', 1.5), here('not exact', TOO_LARGE), here('endless', 1e300));
  if (minimum !== undefined) found.push(here('too small', minimum - 1));
  if (maximum !== undefined && maximum < TOO_LARGE - 1) found.push(here('too large', maximum + 1));
  return found;
}

function badObjects(schemas: Schemas, schema: Schema, base?: unknown): BadValue[] {
  const { properties, required = [] } = schema;
  const found = wrongTypes([7, true, ['x']]);
  if (properties === undefined) return found;
  const whole = (): Record<string, unknown> => (base ?? schemas.sample(schema)) as Record<string, unknown>;
  for (const [key, field] of Object.entries(properties)) {
    if (required.includes(key)) {
      const { [key]: _left, ...rest } = whole();
      found.push({ at: [key], what: 'missing', value: rest });
    }
    for (const { at, what, value } of badValues(schemas, field))
      found.push({ at: [key, ...at], what, value: { ...whole(), [key]: value } });
  }
  for (const key of ['unexpected', 'constructor', 'toString'])
    found.push({ at: [key], what: 'unknown', value: { ...whole(), [key]: 'x' } });
  return found;
}

function badLists(schemas: Schemas, { items = {}, minItems = 0, maxItems }: Schema): BadValue[] {
  const found = wrongTypes([7, {}, 'x']);
  if (minItems > 0) found.push(here('empty', []));
  if (maxItems !== undefined) {
    const one = schemas.sample(items);
    const many = Array.from({ length: maxItems + 1 }, (_, index) =>
      typeof one === 'number' ? index + 1 : one,
    );
    found.push(here('too many', many));
  }
  for (const { what, value } of badValues(schemas, items)) found.push(here(`with one ${what}`, [value]));
  return found;
}

function badOfVariant(schemas: Schemas, schema: Schema, base?: unknown): BadValue[] {
  switch (schemas.typeOf(schema)) {
    case 'object':
      return badObjects(schemas, schema, base);
    case 'array':
      return badLists(schemas, schema);
    case 'integer':
      return badNumbers(schema, true);
    case 'number':
      return badNumbers(schema, false);
    case 'boolean':
      return wrongTypes(['maybe', 1, {}, []]);
    default:
      return badTexts(schema);
  }
}

/** Values that the schema does not accept, in each thing that can be wrong with them one. @param base one that it accepts */
export function badValues(schemas: Schemas, schema: Schema, base?: unknown): BadValue[] {
  const found = schemas.variantsOf(schema).flatMap((variant) => badOfVariant(schemas, variant, base));
  return schemas.isNullable(schema) ? found : [...found, here('null', null)];
}

/** Texts that a parameter of a query or a path cannot have. */
export function badTextsFor(schemas: Schemas, schema: Schema): { what: string; text: string }[] {
  const resolved = schemas.resolve(schema);
  const type = schemas.typeOf(resolved);
  const list = (...texts: string[]): { what: string; text: string }[] =>
    texts.map((text) => ({ what: `“${text.slice(0, 30)}”`, text }));
  if (type === 'array') return badTextsFor(schemas, resolved.items ?? {});
  if (type === 'boolean') return list('maybe', '1', '', 'TRUE');
  if (type === 'integer') {
    const { minimum, maximum = Number.MAX_SAFE_INTEGER } = resolved;
    const beyond = maximum < Number.MAX_SAFE_INTEGER ? String(maximum + 1) : '9007199254740993';
    return list(
      'x',
      '1.5',
      '0x10',
      '1e3',
      ' 1',
      'NaN',
      beyond,
      ...(minimum === undefined ? [] : [String(minimum - 1)]),
    );
  }
  if (resolved.enum !== undefined) return list('no such word', 'constructor', '__proto__');
  if (resolved.format === 'date') return list('yesterday', '2026-02-30', '20260101', '');
  if (resolved.pattern !== undefined) return list('x'.repeat(10), '-1', '1e3', '9'.repeat(40), '\u0000');
  if (resolved.maxLength !== undefined)
    return [{ what: 'too long', text: 'x'.repeat(resolved.maxLength + 1) }];
  return [];
}
