import { OwnServices } from '../support/own-services.js';
import { queryRows } from '../support/query-rows.js';
import { Stack } from '../support/stack.js';
import { anItem, createBatch, type Item } from '../support/upload-collection.js';
import { idOf, SAMPLE_SEQUENCES } from '../upstreams/index.js';
import { Audience } from './audience.js';
import { Balancer } from './balancer.js';
import { roll, type Replacement } from './roll.js';
import { readFacts, type UploadFacts } from './upload-facts.js';

export interface RunOptions {
  readonly uploads: number;
  /** Whether every process is replaced meanwhile. */
  readonly isRolling: boolean;
  /** See RollOptions. */
  readonly isPatient: boolean;
  readonly apis: number;
  readonly workers: number;
  readonly minutes: number;
  readonly tell: (line: string) => void;
}

export interface RunRecord {
  readonly facts: ReadonlyMap<string, UploadFacts>;
  readonly problems: readonly string[];
  readonly replacements: readonly Replacement[];
  readonly reconnects: number;
  /** Answers that visitors got. */
  readonly answers: number;
  readonly seconds: number;
}

export const GRACE_SECONDS = 15;
export const DRAIN_SECONDS = 1;
/** No limits of the wiki hold for this account. */
const OWNER = 'Tireless bot';
const LATENCY_MS = 10;
const ITEMS = { demo: 0.01, someLarge: 0.004 };
/** As the first half of a change to the schema does, see docs/operations. */
const EXPAND = [
  'ALTER TABLE upload_requests ADD COLUMN later_addition VARCHAR(40) NULL, ADD INDEX ix_later_addition (later_addition)',
  'CREATE TABLE later_table (id INT PRIMARY KEY)',
];

const ENVIRONMENT = {
  RECONCILE_INTERVAL_SECONDS: '1',
  UPLOAD_LEASE_SECONDS: '20',
  UPLOAD_CHUNK_SIZE: String(256 * 1024),
  SHUTDOWN_DRAIN_SECONDS: String(DRAIN_SECONDS),
  SHUTDOWN_GRACE_SECONDS: String(GRACE_SECONDS),
  REFRESH_AFTER_SDC: 'purge',
};

/** The first of each kind: in one request, in several, and published by a job of the wiki. */
export function chooseItems(count: number): Item[] {
  const { thousand, demo, someLarge } = SAMPLE_SEQUENCES;
  const many = Math.min(demo.count, Math.max(2, Math.round(count * ITEMS.demo)));
  const large = Math.min(someLarge.count, Math.max(1, Math.round(count * ITEMS.someLarge)));
  const of = (sequence: typeof thousand, some: number): Item[] =>
    Array.from({ length: some }, (_, index) => anItem({ id: idOf(sequence, index) }, sequence.id));
  const plain = of(thousand, count - many - large);
  const special = [...of(demo, many), ...of(someLarge, large)];
  const every = Math.floor(plain.length / special.length);
  return plain.flatMap((item, index) => {
    const next = special[Math.floor(index / every)];
    return index % every === 0 && next !== undefined ? [next, item] : [item];
  });
}

/** One batch from its first slice to its end, with people who look on. Everything is new: stores, processes and wiki. */
export async function runBatch(options: RunOptions): Promise<RunRecord> {
  const deadline = Date.now() + options.minutes * 60_000;
  const services = await OwnServices.start();
  const stack = await Stack.start(
    { apis: options.apis, workers: options.workers, environment: ENVIRONMENT },
    async () => ({
      databaseUrl: services.databaseUrl,
      redisUrl: services.redisUrl,
      release: () => services.stop(),
    }),
  );
  const balancer = new Balancer(stack.apis);
  try {
    const { commons } = stack.upstreams;
    commons.latencyMs = LATENCY_MS;
    const items = chooseItems(options.uploads);
    const cookie = await stack.cookieOf(OWNER);
    const uploader = await stack.connect(OWNER);
    const started = Date.now();
    const batchid = await createBatch(uploader, items);
    await uploader.close();
    const audience = new Audience({ balancer, cookie, batchid, subscribers: 8, visitors: 4, deadline });
    let isOver = false;
    const told = audience.whenTold().finally(() => (isOver = true));
    const rolling = options.isRolling
      ? expandAndRoll(stack, { ...options, stack, balancer, isOver: () => isOver })
      : Promise.resolve([]);
    await told;
    const seconds = (Date.now() - started) / 1_000;
    const replacements = await rolling;
    const facts = await readFacts(stack, batchid, items);
    return {
      facts,
      problems: [...audience.problems, ...findUntold(audience, facts)],
      replacements,
      reconnects: audience.reconnects,
      answers: audience.answers,
      seconds,
    };
  } finally {
    await balancer.stop();
    await stack.stop();
  }
}

/** The new processes would have changed the schema while the old ones still run. */
async function expandAndRoll(stack: Stack, options: Parameters<typeof roll>[0]): Promise<Replacement[]> {
  for (const statement of EXPAND) await queryRows(stack.stores.databaseUrl, statement);
  return roll(options);
}

/** Whoever watched has to know how each upload ended. */
function findUntold({ told }: Audience, facts: ReadonlyMap<string, UploadFacts>): string[] {
  return told.flatMap((statuses, index) =>
    [...facts].flatMap(([id, { status }]) =>
      statuses.get(id) === status
        ? []
        : [`Subscriber ${index} believes that ${id} is ${statuses.get(id)}, but it is ${status}`],
    ),
  );
}
