import { parseArgs } from 'node:util';

export interface LoadOptions {
  /** WebSocket clients. */
  readonly clients: number;
  /** People with batches. */
  readonly users: number;
  /** How long an hour's traffic takes. */
  readonly minutes: number;
  readonly seed: number;
  /** The folder that CPU profiles of the API go to; null: none are made. */
  readonly profile: string | null;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly whole: boolean;
}

const RANGES = {
  clients: { from: 20, to: 10_000, whole: true },
  users: { from: 1, to: 200, whole: true },
  minutes: { from: 0.2, to: 60, whole: false },
  seed: { from: 0, to: Number.MAX_SAFE_INTEGER, whole: true },
} as const satisfies Record<string, Range>;

export const USAGE = `npm run load -- [options]: many WebSocket clients watch the batches of many people, through storms of reconnections.
  --clients N     how many WebSocket clients, 20 to 10,000 (2,000)
  --users N       how many people have batches, 1 to 200 and not more than clients (100)
  --minutes K     into how many minutes an hour's traffic is compressed, 0.2 to 60 (5)
  --seed N        who watches what, and all else that is drawn (1)
  --profile DIR   writes CPU profiles of the API into this folder, one for each part of the run`;

const read = (name: keyof typeof RANGES, text: string): number => {
  const { from, to, whole } = RANGES[name];
  const value = Number(text);
  if (text.trim() === '' || !(value >= from && value <= to) || (whole && !Number.isSafeInteger(value)))
    throw new Error(`--${name} takes a ${whole ? 'whole ' : ''}number from ${from} to ${to}, not "${text}"`);
  return value;
};

/** @param words of the command line @throws Error that says what is wrong with them */
export function readOptions(words: readonly string[]): LoadOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: { clients: text, users: text, minutes: text, seed: text, profile: text },
  });
  const options = {
    clients: read('clients', values.clients ?? '2000'),
    users: read('users', values.users ?? '100'),
    minutes: read('minutes', values.minutes ?? '5'),
    seed: read('seed', values.seed ?? '1'),
    profile: values.profile ?? null,
  };
  if (options.users > options.clients) throw new Error('--users cannot be more than --clients');
  return options;
}
