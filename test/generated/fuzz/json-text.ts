/** Text that stands where a value would, be it JSON or not. */
export class Raw {
  constructor(readonly text: string) {}
}

/** An object as its members: any names, also twice. */
export class Members {
  constructor(readonly entries: readonly (readonly [string, unknown])[]) {}
}

export const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Raw) &&
  !(value instanceof Members);

/** As JSON.stringify, with what these classes add. */
export function toText(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(toText).join(',')}]`;
  const entries = value instanceof Members ? value.entries : isPlain(value) ? Object.entries(value) : null;
  if (entries === null) return JSON.stringify(value ?? null);
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${toText(member)}`).join(',')}}`;
}
