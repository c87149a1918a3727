/** Levels of objects and lists in one another: no body of ours has more than a few. */
const MOST_LEVELS = 20;

export interface OddField {
  /** Its path, `resource.kind`. */
  readonly field: string;
  readonly message: string;
}

/** Half of a character that takes two: JSON can tell it, no column takes it. */
const HALF_CHARACTER = /\p{Surrogate}/u;

const isReserved = (key: string): boolean => key in Object.prototype;

/**
 * The first field that must not get to the checks of a DTO, or null: those take a name such as `constructor`, which every
 * object has, for one that they know, follow any depth until the stack ends, trip over null in a list of objects,
 * and let halves of characters through.
 */
export function findOddField(value: unknown): OddField | null {
  const left: { value: unknown; path: readonly string[] }[] = [{ value, path: [] }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { path } = next;
    if (typeof next.value === 'string' && HALF_CHARACTER.test(next.value)) {
      return { field: path.join('.'), message: 'must be text of whole characters' };
    }
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (path.length > MOST_LEVELS) {
      return { field: path[0] ?? 'body', message: `must not have more than ${MOST_LEVELS} levels` };
    }
    const isList = Array.isArray(next.value);
    for (const [key, child] of Object.entries(next.value)) {
      const field = [...path, key];
      if (!isList && (isReserved(key) || HALF_CHARACTER.test(key))) {
        return { field: field.join('.'), message: `property ${key} should not exist` };
      }
      if (isList && child === null) return { field: field.join('.'), message: 'must not be null' };
      left.push({ value: child, path: field });
    }
  }
  return null;
}
