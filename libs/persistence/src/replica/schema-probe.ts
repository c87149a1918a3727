import { TemporaryError } from '#app/protocol';
import { sqlErrorNumber } from '../database/retry-on-deadlock.js';

/** The server's numbers for a column, or a table, that is not there. */
const UNKNOWN_COLUMN = 1054;
const NO_SUCH_TABLE = 1146;
const HOUR_MS = 3_600_000;

/** Whether a statement named a column or a table that this schema does not have. */
export function isOtherSchema(error: unknown): boolean {
  const number = sqlErrorNumber(error);
  return number === UNKNOWN_COLUMN || number === NO_SUCH_TABLE;
}

/**
 * Which of several schemas a server has: asked at the first use and every hour, and again when a statement finds another,
 * because the wiki changes its tables while this process runs.
 */
export class SchemaProbe<Schema> {
  private known: { until: number; schema: Promise<Schema> } | null = null;

  constructor(private readonly ask: () => Promise<Schema>) {}

  /** @throws TemporaryError when the tables have just changed, and what `work` throws */
  async use<T>(work: (schema: Schema) => Promise<T>): Promise<T> {
    const schema = await this.find();
    try {
      return await work(schema);
    } catch (error) {
      if (!isOtherSchema(error)) throw error;
      this.known = null;
      throw new TemporaryError('schema', 'The tables of the replica have just changed.', { cause: error });
    }
  }

  private find(): Promise<Schema> {
    if (this.known !== null && Date.now() < this.known.until) return this.known.schema;
    const known = { until: Date.now() + HOUR_MS, schema: this.ask() };
    known.schema.catch(() => {
      if (this.known === known) this.known = null;
    });
    this.known = known;
    return known.schema;
  }
}
