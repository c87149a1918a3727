import { BatchRepository, type Database, openDatabase, UploadRepository } from '#app/persistence';
import { isTerminal, type UploadState } from '#app/protocol';
import type { Expected } from './host-commands.js';

/** As clients get it: without the version. */
function toItem({ version: _version, ...upload }: UploadState) {
  return upload;
}

/** What the rows say. */
export class Truth {
  private readonly uploads: UploadRepository;
  private readonly batches: BatchRepository;

  private constructor(private readonly database: Database) {
    this.uploads = new UploadRepository(database);
    this.batches = new BatchRepository(database);
  }

  static async open(databaseUrl: string): Promise<Truth> {
    return new Truth(await openDatabase(databaseUrl, 2));
  }

  /** How many uploads of these batches came to which status. */
  async countStatuses(batchids: readonly number[]): Promise<Record<string, number>> {
    const rows = await this.database.rows<{ status: UploadState['status']; count: number }>(
      'SELECT status, COUNT(*) AS count FROM upload_requests WHERE batchid IN (?) GROUP BY status',
      [batchids],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
  }

  /** Whether these batches together have so many uploads, all of them terminal. */
  async haveEnded(batchids: readonly number[], uploads: number): Promise<boolean> {
    const counts = await this.countStatuses(batchids);
    const ended = Object.entries(counts).filter(([status]) => isTerminal(status as UploadState['status']));
    return ended.reduce((sum, [, count]) => sum + count, 0) === uploads;
  }

  async expected(batchids: readonly number[]): Promise<Expected> {
    const uploads = new Map<number, ReturnType<typeof toItem>[]>();
    for (const id of batchids) uploads.set(id, (await this.uploads.listStates(id)).map(toItem));
    return { uploads, batches: await this.batches.listSummaries(batchids) };
  }

  async close(): Promise<void> {
    await this.database.dataSource.destroy();
  }
}
