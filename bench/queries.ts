import {
  type Database,
  explainedQueries,
  type NamedQuery,
  openDatabase,
  type QuerySample,
} from '#app/persistence';
import { createDatabase } from '../test/support/create-database.js';
import type { BenchCase, Figure } from './figure.js';
import { quantile } from './figure.js';
import { FILL, MILLION, NEWEST_BATCH, NOW, UPLOADS_A_BATCH } from './million-uploads.js';

const RUNS = 11;
/** A plan that reads more rows than this of a table does not come by an index that fits. */
const MOST_ROWS = 20_000;
/** A table as small as that of the users may be read whole. */
const SMALL = 1000;

/** The plans and times of the queries whose cost must not grow, at a million uploads. */
export const queries: BenchCase = {
  name: 'queries',
  async run() {
    const created = await createDatabase();
    const database = await openDatabase(created.url, 2);
    try {
      const started = performance.now();
      for (const statement of FILL) await database.rows(statement);
      const seconds = (performance.now() - started) / 1000;
      const measured: Measured[] = [];
      for (const query of explainedQueries(await sampleOf(database)))
        measured.push(await measure(database, query));
      return [
        { name: `filling in ${MILLION} uploads`, measured: seconds, unit: 's', reference: null },
        ...measured.map(figureOf),
        ...summary(measured),
      ];
    } finally {
      await database.close();
      await created.drop();
    }
  },
};

interface PlanRow {
  table: string | null;
  type: string | null;
  key: string | null;
  rows: number | string | null;
}

interface Measured {
  name: string;
  /** The plan's reads of tables that exist. */
  reads: readonly PlanRow[];
  medianMs: number;
}

/** The newest batch, whose uploads are still under way, and a user who has it. */
async function sampleOf(database: Database): Promise<QuerySample> {
  const uploads = await database.rows<{ id: number; key: string; userid: string }>(
    'SELECT id, `key`, userid FROM upload_requests WHERE batchid = ? ORDER BY id',
    [NEWEST_BATCH],
  );
  const [first] = uploads;
  if (first === undefined || uploads.length !== UPLOADS_A_BATCH)
    throw new Error('The table is not filled as it should be');
  return {
    userid: first.userid,
    username: 'User 001',
    batchid: NEWEST_BATCH,
    uploadId: first.id,
    uploadIds: uploads.map(({ id }) => id),
    batchIds: Array.from({ length: 100 }, (_, index) => NEWEST_BATCH - index),
    keys: uploads.slice(0, 18).map(({ key }) => key),
    now: NOW,
  };
}

class Undone extends Error {}

/** How many milliseconds it takes; what it changes is rolled back. */
async function timeInVain(
  database: Database,
  work: (sql: Pick<Database, 'rows'>) => Promise<unknown>,
): Promise<number> {
  let milliseconds = 0;
  try {
    await database.transaction(async (sql) => {
      const started = performance.now();
      await work(sql);
      milliseconds = performance.now() - started;
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  return milliseconds;
}

async function measure(database: Database, { name, statement, values }: NamedQuery): Promise<Measured> {
  const plan = await database.rows<PlanRow>(`EXPLAIN ${statement}`, values);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1)
    times.push(await timeInVain(database, (sql) => sql.rows(statement, values)));
  const reads = plan.filter(({ table, type }) => table !== null && !table.startsWith('<') && type !== null);
  return { name, reads, medianMs: quantile(times, 0.5) };
}

const isScan = ({ key, rows }: PlanRow): boolean =>
  key === null ? Number(rows) > SMALL : Number(rows) > MOST_ROWS;

function figureOf({ name, reads, medianMs }: Measured): Figure {
  const plan = reads.map(({ table, key, rows }) => {
    const by = key?.replace(/(?:ix|uq)_(?:upload_requests|batches|users)_/g, '') ?? `all of ${table ?? ''}`;
    return `${by} (${rows ?? 0})`;
  });
  const flag = reads.some(isScan) ? ' SCAN' : '';
  return { name: `${name}: ${plan.join(', ')}${flag}`, measured: medianMs, unit: 'ms', reference: null };
}

function summary(measured: readonly Measured[]): Figure[] {
  const slowest = measured.reduce((a, b) => (a.medianMs >= b.medianMs ? a : b));
  return [
    {
      name: 'queries without an index that fits',
      measured: measured.filter(({ reads }) => reads.some(isScan)).length,
      unit: '',
      reference: { atMost: 0 },
    },
    { name: `slowest median: ${slowest.name}`, measured: slowest.medianMs, unit: 'ms', reference: null },
  ];
}
