/** A fenced block of JSON in docs/protocol.md, marked as sent by a client or by a server. */
export interface Example {
  readonly from: 'client' | 'server';
  readonly message: { readonly type: string } & Readonly<Record<string, unknown>>;
  /** A client's that is not to be understood. */
  readonly isInvalid: boolean;
  /** Of its first line, from 1. */
  readonly line: number;
}

const BLOCK = /^```json(?: (client|server))?( invalid)?\n([\s\S]*?)^```$/gm;

/** All examples, in order. @throws Error for one that is not JSON, or does not say who sends it */
export const readExamples = (markdown: string): Example[] =>
  [...markdown.matchAll(BLOCK)].map(({ index, 1: from, 2: invalid, 3: text = '' }) => {
    const line = markdown.slice(0, index).split('\n').length + 1;
    if (from !== 'client' && from !== 'server') {
      throw new Error(`Line ${line}: say who sends this: \`\`\`json client or \`\`\`json server`);
    }
    try {
      const message = JSON.parse(text) as Example['message'];
      return { from, message, isInvalid: invalid !== undefined, line };
    } catch (error) {
      throw new Error(`Line ${line}: ${String(error)}`, { cause: error });
    }
  });

/** Ids of the examples with what they are in this run. */
export class KnownIds {
  private readonly ids = new Map<number, number>();

  /** @throws Error when the example has another id already */
  bind(example: number, real: number): void {
    const known = this.ids.get(example);
    if (known !== undefined && known !== real)
      throw new Error(`The example calls ${example} what is ${known} and ${real}`);
    this.ids.set(example, real);
  }

  isFree(example: number, real: number): boolean {
    return (this.ids.get(example) ?? real) === real;
  }

  /** An example as it is to be sent. */
  fill(value: unknown): unknown {
    if (typeof value === 'number') return this.ids.get(value) ?? value;
    if (typeof value === 'string' && /^\d+$/.test(value)) return String(this.ids.get(Number(value)) ?? value);
    if (Array.isArray(value)) return value.map((one) => this.fill(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.fill(one)]));
  }
}

const ID_FIELDS = new Set(['id', 'batchid', 'job_id', 'data']);
/** Numbers that are another each time. */
const CHANGING = new Set(['received', 'sent', 'size', 'total']);
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const ADDRESS = /^https?:\/\//;
const EDIT_GROUP = /^[0-9a-f]{7,40}$/;
/** Texts that are another each time, by their form. */
const CHANGING_TEXTS = [TIME, ADDRESS, EDIT_GROUP];

const withoutIds = (text: string): string => text.replaceAll(/\bbatch \d+/gi, 'batch');

const isSameText = (example: string, real: string): boolean =>
  withoutIds(example) === withoutIds(real) ||
  CHANGING_TEXTS.some((form) => form.test(example) && form.test(real));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Where a real message is not what the example says; null where it is: every field of the example with its value, but for
 * times, addresses and counts of bytes, and for ids, which are bound. Of a list the example may have a part.
 */
export const findDifference = (
  example: unknown,
  real: unknown,
  ids: KnownIds,
  path = '',
  field = '',
): string | null => {
  const here = `${path}: ${JSON.stringify(example)} in the example, ${JSON.stringify(real)?.slice(0, 300)} in truth`;
  if (Array.isArray(example)) {
    if (!Array.isArray(real) || (example.length === 0 && real.length > 0)) return here;
    const rest: unknown[] = Array.from(real as unknown[]);
    for (const [index, one] of example.entries()) {
      const at = rest.findIndex((other) => findDifference(one, other, ids, '', field) === null);
      if (at < 0) return findDifference(one, real[index], ids, `${path}/${index}`, field) ?? here;
      rest.splice(at, 1);
    }
    return null;
  }
  if (isRecord(example)) {
    if (!isRecord(real)) return here;
    for (const [key, one] of Object.entries(example)) {
      if (!Object.hasOwn(real, key)) return `${path}/${key} is missing`;
      const difference = findDifference(one, real[key], ids, `${path}/${key}`, key);
      if (difference !== null) return difference;
    }
    return null;
  }
  if (typeof example === 'number' && typeof real === 'number') {
    if (CHANGING.has(field)) return null;
    if (!ID_FIELDS.has(field)) return example === real ? null : here;
    return ids.isFree(example, real) ? null : here;
  }
  if (typeof example === 'string' && typeof real === 'string') return isSameText(example, real) ? null : here;
  return example === real ? null : here;
};

/** Learns the ids of a message that is as its example says. */
export const learnIds = (example: unknown, real: unknown, ids: KnownIds, field = ''): void => {
  if (typeof example === 'number' && typeof real === 'number' && ID_FIELDS.has(field))
    ids.bind(example, real);
  if (Array.isArray(example) && Array.isArray(real)) {
    const rest: unknown[] = [...(real as unknown[])];
    for (const one of example) {
      const at = rest.findIndex((other) => findDifference(one, other, ids, '', field) === null);
      learnIds(one, rest[at], ids, field);
      rest.splice(at, 1);
    }
  }
  if (isRecord(example) && isRecord(real))
    for (const [key, one] of Object.entries(example)) learnIds(one, real[key], ids, key);
};
