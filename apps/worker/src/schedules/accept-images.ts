import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  BatchRepository,
  LiveUpdates,
  QuotaRepository,
  UploadRepository,
  type NewUpload,
  type Sql,
} from '#app/persistence';
import { DomainError } from '#app/protocol';
import type { JobRun } from '../jobs/job-run.js';
import { WorkerConfig } from '../worker.config.js';
import { PersonsPlaces, type Person } from './persons-places.js';

export type DraftUpload = Omit<NewUpload, 'plannedAt' | 'accessToken'>;

export interface Accepted {
  /** Of the whole job; null while nothing was queued. */
  batchid: number | null;
  /** Why they are not all, for people. */
  reason: string | null;
}

/** In the transaction that queues them. @param keys of their images */
export type Settle = (sql: Sql, keys: readonly string[]) => Promise<void>;

/** Queues uploads that no request of their person has asked for, within the person's quotas. */
@Injectable()
export class AcceptImages {
  constructor(
    private readonly places: PersonsPlaces,
    private readonly quotas: QuotaRepository,
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
    private readonly live: LiveUpdates,
    private readonly config: WorkerConfig,
  ) {}

  /** As many of them as quotas allow, the first ones first, as one more slice of the job's batch. */
  async execute(
    run: JobRun,
    person: Person,
    uploads: readonly DraftUpload[],
    settle: Settle,
  ): Promise<Accepted> {
    let some = uploads;
    let reason: string | null = null;
    while (some.length > 0) {
      try {
        const batchid = await this.accept(run, person, some, settle);
        return { batchid, reason };
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'QUOTA_EXCEEDED') throw error;
        reason = error.message;
        some = some.slice(0, Math.min(placesLeft(error), some.length - 1));
      }
    }
    return { batchid: batchOf(run), reason };
  }

  private async accept(
    run: JobRun,
    person: Person,
    uploads: readonly DraftUpload[],
    settle: Settle,
  ): Promise<number> {
    const { userid, username, accessToken } = person;
    const isExempt = this.config.adminUsernames.includes(username);
    if (!isExempt) await this.check(run, userid, uploads.length);
    const plannedAt = await this.places.reserve(person, uploads.length);
    const keys = uploads.map(({ key }) => key);
    let isTaken = false;
    try {
      const { batchid, sliceid } = await this.nextSlice(run, userid, isExempt);
      const accepted = await this.uploads.acceptSlice({
        batchid,
        userid,
        sliceid,
        itemsHash: createHash('sha256').update(JSON.stringify(keys)).digest('hex'),
        uploads: uploads.map((upload, index) => ({
          ...upload,
          plannedAt: plannedAt[index] ?? new Date(),
          accessToken,
        })),
        isExempt,
        alongside: (sql) => settle(sql, keys),
      });
      isTaken = accepted.created;
      await this.live.publish({ batchid, userid, uploads: accepted.uploads });
      return batchid;
    } finally {
      if (!isTaken) await this.places.giveBack(person, plannedAt);
    }
  }

  /** So that no batch is made, and nobody at Commons asked, for what would be refused. @throws DomainError QUOTA_EXCEEDED */
  private check(run: JobRun, userid: string, count: number): Promise<void> {
    const batches = batchOf(run) === null ? { max_batches: 1 } : {};
    return this.quotas.check(userid, { ...batches, max_uploads: count, max_bytes: 0 });
  }

  /**
   * One batch for the whole job, and a number that no slice has had: whatever was queued before a crash waits no more.
   * @throws DomainError QUOTA_EXCEEDED
   */
  private async nextSlice(
    run: JobRun,
    userid: string,
    isExempt: boolean,
  ): Promise<{ batchid: number; sliceid: number }> {
    const batchid = batchOf(run) ?? (await this.batches.create(userid, { isExempt })).id;
    const last = run.job.cursor?.['slice'];
    const sliceid = typeof last === 'number' ? last + 1 : 0;
    await run.checkpoint({ cursor: { ...run.job.cursor, batchid, slice: sliceid } });
    return { batchid, sliceid };
  }
}

export function batchOf({ job }: JobRun): number | null {
  const kept = job.cursor?.['batchid'];
  return typeof kept === 'number' ? kept : null;
}

/** How many uploads a quota has left; none where something else than their number is limited. */
function placesLeft({ details }: DomainError): number {
  const left = details?.['left'];
  return details?.['type'] === 'max_uploads' && typeof left === 'number' ? left : 0;
}
