import type { Random } from '../../chaos/random.js';
import { isPlain, Members, toText } from './json-text.js';
import { oddText, oddValue } from './odd-values.js';

function changeHere(value: unknown, random: Random): unknown {
  const kind = random.below(5);
  if (isPlain(value) && kind > 0) {
    const entries = Object.entries(value);
    const at = random.below(entries.length);
    const [key = 'x', member] = entries[at] ?? [];
    if (kind === 1) return Object.fromEntries(entries.filter((_entry, index) => index !== at));
    if (kind === 2)
      return new Members([...entries, [random.chance(0.5) ? key : oddText(random), oddValue(random)]]);
    if (kind === 3) return new Members([[key, oddValue(random)], ...entries]);
    return { ...value, [key]: [member] };
  }
  if (Array.isArray(value) && kind > 0) {
    const list: readonly unknown[] = value;
    if (kind === 1) return list.slice(1);
    if (kind === 2) return [...list, oddValue(random)];
    if (kind === 3) return Array.from({ length: random.pick([2, 499, 501]) }, () => list[0] ?? null);
    return { ...list };
  }
  return kind === 1
    ? [value]
    : kind === 2
      ? { value }
      : kind === 3 && typeof value === 'number'
        ? String(value)
        : oddValue(random);
}

/** The value with one change somewhere in it. */
function change(value: unknown, random: Random): unknown {
  if (random.chance(0.25)) return changeHere(value, random);
  if (Array.isArray(value) && value.length > 0) {
    const at = random.below(value.length);
    return value.map((item: unknown, index) => (index === at ? change(item, random) : item));
  }
  if (isPlain(value) && Object.keys(value).length > 0) {
    const key = random.pick(Object.keys(value));
    return { ...value, [key]: change(value[key], random) };
  }
  return changeHere(value, random);
}

/** Text with a change that knows nothing of JSON. */
function changeText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const kind = random.below(4);
  if (kind === 0) return text.slice(0, at);
  if (kind === 1)
    return (
      text.slice(0, at) +
      random.pick(['"', '{', ']', ',', ':', '\\', '\u0000', '1', '\ufeff']) +
      text.slice(at)
    );
  if (kind === 2) return text.slice(0, at) + text.slice(at + 1);
  return text + text;
}

/** JSON text of the value with up to three changes, or none. */
export function mutate(value: unknown, random: Random): string {
  let changed = value;
  for (let left = random.below(4); left > 0; left -= 1) changed = change(changed, random);
  const text = toText(changed);
  return random.chance(0.04) ? changeText(text, random) : text;
}
