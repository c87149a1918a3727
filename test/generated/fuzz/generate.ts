import type { Random } from '../../chaos/random.js';
import type { Schema } from '../open-api.js';
import type { Schemas } from '../schemas.js';
import { oddValue } from './odd-values.js';

/** A value that a schema accepts as far as it tells, with some of what it does not require; now and then odd in a place. */
export function generate(schemas: Schemas, schema: Schema, random: Random, oddness = 0.03): unknown {
  if (random.chance(oddness)) return oddValue(random);
  const variant = random.pick(schemas.variantsOf(schema));
  if (variant.const !== undefined) return variant.const;
  if (variant.enum !== undefined) return random.pick(variant.enum);
  switch (schemas.typeOf(variant)) {
    case 'object': {
      const { properties = {}, required = [] } = variant;
      const taken = Object.entries(properties).filter(
        ([key]) => required.includes(key) || random.chance(0.5),
      );
      return Object.fromEntries(
        taken.map(([key, field]) => [key, generate(schemas, field, random, oddness)]),
      );
    }
    case 'array': {
      const length = Math.max(random.below(4), variant.minItems ?? 0);
      return Array.from({ length }, () => generate(schemas, variant.items ?? {}, random, oddness));
    }
    case 'integer':
    case 'number': {
      const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = variant;
      return random.chance(0.8)
        ? Math.min(minimum + random.below(12), maximum)
        : random.pick([minimum, maximum]);
    }
    case 'boolean':
      return random.chance(0.5);
    default:
      return generateText(schemas, variant, random);
  }
}

function generateText(schemas: Schemas, schema: Schema, random: Random): unknown {
  if (schema.pattern !== undefined || schema.format !== undefined) return schemas.sample(schema);
  const text = random.pick([
    'Old town',
    'A street 1.jpg',
    String(1 + random.below(12)),
    'cUr8torD3m0Seq24Images',
    'en',
    'sample',
  ]);
  return text.slice(0, schema.maxLength ?? Infinity);
}
