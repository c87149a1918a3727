import {
  isTerminal,
  toFailureType,
  type StructuredError,
  type UploadObserver,
  type UploadState,
  type UploadStatus,
} from '#app/protocol';
import type { Actor } from '../admin/audit-log.js';
import type { Database } from '../database/database.js';
import { toJson } from '../database/json.js';
import { acceptSlice, findSlice, type AcceptedSlice, type KnownSlice, type Slice } from './accept-slice.js';
import { cancelBatch, type CancelledUploads } from './cancel-batch.js';
import { copyForRetry, type RetryCopy } from './copy-for-retry.js';
import { keepFile, type KeptFile } from './keep-file.js';
import { listStatesOf } from './list-states.js';
import { listDue, toDue, type DueQuery, type DueRow } from './list-due.js';
import { settleOwed, type Settlement } from './settle-owed.js';
import * as statements from './statements.js';
import type {
  CheckpointPatch,
  DueUpload,
  ExpiredLease,
  LostUpload,
  OwedKind,
  OwedUpload,
  Upload,
  UploadEnding,
} from './upload.js';
import { FIND_WAKE_UP } from './turns/statements.js';
import { toWakeUp, type WakeUp, type WakeUpRow } from './turns/wake-up.js';
import { toOwed, toState, toUpload, type OwedRow, type StateRow, type UploadRow } from './upload-row.js';

export interface FailedUploads {
  failed: UploadState[];
  /** Their planned moments, to be given back to the rate plan. */
  freedTimes: Date[];
}

type ExpiredRow = Pick<UploadRow, 'id' | 'userid' | 'access_token'> & { leased_until: Date };

export interface Requeue {
  /** Nothing is done for it before; null: the planned moment alone counts. */
  notBefore: Date | null;
  /** Replaces the counted tries. */
  attempts?: Record<string, number>;
  /** Why it waits, in place of an earlier `result`. */
  reason?: string;
  /** Whether the stash is complete; unchanged where it is not told. */
  staged?: boolean;
}

/**
 * Uploads. Each change of status is one guarded UPDATE; what a worker writes is guarded by its lease as well, and null or
 * false tells it that the lease is lost. A state that is returned is what was committed, ready to be published.
 */
export class UploadRepository {
  constructor(
    private readonly database: Database,
    private readonly observer?: UploadObserver,
  ) {}

  /**
   * Creates the uploads of one slice, all or none; a slice accepted before gives its uploads as they are now.
   * @throws DomainError SLICE_CONFLICT (same number, other items), KEY_CONFLICT (an image twice in a batch), BATCH_NOT_FOUND,
   * QUOTA_EXCEEDED
   */
  async acceptSlice(slice: Slice): Promise<AcceptedSlice> {
    const accepted = await acceptSlice(this.database, slice);
    for (const { status, error } of accepted.created ? slice.uploads : [])
      if (status === 'failed') this.observer?.ended(status, error ?? null, 1);
    return accepted;
  }

  /** The uploads of a slice that was accepted before, in the order of `keys`; null when it is new. @throws DomainError SLICE_CONFLICT */
  findSlice(slice: KnownSlice): Promise<UploadState[] | null> {
    return findSlice(this.database, slice);
  }

  async find(id: number): Promise<Upload | null> {
    const [row] = await this.database.rows<UploadRow>(statements.FIND_UPLOAD, [id]);
    return row ? toUpload(row) : null;
  }

  /** What its job has to know; null when there is no such upload. */
  async findWakeUp(id: number): Promise<WakeUp | null> {
    const [row] = await this.database.rows<WakeUpRow>(FIND_WAKE_UP, [id]);
    return row ? toWakeUp(row) : null;
  }

  /** In the order of their ids. */
  async listBatchUploads(batchid: number): Promise<Upload[]> {
    const rows = await this.database.rows<UploadRow>(statements.LIST_BATCH_UPLOADS, [batchid]);
    return rows.sort((a, b) => a.id - b.id).map(toUpload);
  }

  /** In the order of their ids. */
  async listStates(batchid: number): Promise<UploadState[]> {
    const rows = await this.database.rows<StateRow>(statements.LIST_BATCH_STATES, [batchid]);
    return rows.sort((a, b) => a.id - b.id).map(toState);
  }

  /** Those of the titles, with blanks, that uploads of a batch have or will have, as they spell them. */
  async listTakenTitles(batchid: number, titles: readonly string[]): Promise<string[]> {
    if (titles.length === 0) return [];
    const rows = await this.database.rows<{ filename: string }>(statements.LIST_TAKEN_TITLES, [
      batchid,
      titles,
    ]);
    return rows.map(({ filename }) => filename);
  }

  /** See {@link cancelBatch}. */
  async cancelBatch(batchid: number, now: Date, administrator?: Actor): Promise<CancelledUploads> {
    const cancellation = await cancelBatch(this.database, { batchid, now, administrator });
    this.tell(cancellation.cancelled);
    return cancellation;
  }

  /** How many uploads of a batch have one of these statuses. */
  async countBatchUploads(batchid: number, statuses: readonly UploadStatus[]): Promise<number> {
    const [row] = await this.database.rows<{ uploads: number }>(statements.COUNT_BATCH_UPLOADS, [
      batchid,
      statuses,
    ]);
    return row?.uploads ?? 0;
  }

  /**
   * Copies uploads as new queued ones into a batch that has none yet; the originals stay as they are. Of several
   * originals of one image the newest is copied. @returns the copies @throws DomainError QUOTA_EXCEEDED
   */
  copyForRetry(copy: RetryCopy): Promise<UploadState[]> {
    return copyForRetry(this.database, copy);
  }

  /** Fails what is queued with a sign-in that is worth nothing any more, and lets owed work wait for the next one. */
  async failQueuedOfToken(
    userid: string,
    accessToken: string,
    error: StructuredError,
  ): Promise<FailedUploads> {
    const failures = await this.database.transaction(async (sql) => {
      const rows = await sql.rows<{ id: number; planned_at: Date }>(statements.LOCK_QUEUED_OF_TOKEN, [
        userid,
        accessToken,
      ]);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0)
        await sql.change(statements.FAIL_QUEUED, [toJson(error), toFailureType(error), new Date(), ids]);
      await sql.change(statements.FORGET_OWED_TOKENS, [userid, accessToken]);
      return { failed: await listStatesOf(sql, ids), freedTimes: rows.map(({ planned_at }) => planned_at) };
    });
    this.tell(failures.failed);
    return failures;
  }

  /** Notes that at `at` these uploads had jobs. */
  async markDispatched(ids: readonly number[], at: Date): Promise<void> {
    if (ids.length > 0) await this.database.change(statements.MARK_DISPATCHED, [at, ids]);
  }

  /**
   * Queued uploads without a job whose time comes up to `until`, users taking turns; marks nothing, leaves out what is
   * paused. May give fewer than `limit` while there are more: ask again until there are none.
   */
  listDue(query: DueQuery): Promise<DueUpload[]> {
    return listDue(this.database, query);
  }

  /** Queued uploads that were known to have jobs before `before`, but not since: they may be gone. The longest first. */
  async listLost(before: Date, limit: number): Promise<LostUpload[]> {
    const rows = await this.database.rows<DueRow & { access_token: string | null }>(statements.LIST_LOST, [
      before,
      limit,
    ]);
    return rows.map((row) => ({ ...toDue(row), accessToken: row.access_token }));
  }

  /** Running uploads whose lease has run out, the longest first. */
  async listExpiredLeases(now: Date, limit: number): Promise<ExpiredLease[]> {
    const rows = await this.database.rows<ExpiredRow>(statements.LIST_EXPIRED_LEASES, [now, limit]);
    return rows.map(({ id, userid, leased_until, access_token }) => ({
      id,
      userid,
      leasedUntil: leased_until,
      accessToken: access_token,
    }));
  }

  /**
   * Takes the upload for one worker until `leasedUntil`, or null if it is taken, paused, finished or not yet to be started.
   * @param owner differs for each claim, at most 100 characters
   */
  async claim(id: number, owner: string, now: Date, leasedUntil: Date): Promise<Upload | null> {
    const taken = await this.database.change(statements.CLAIM, [owner, leasedUntil, now, id, now, now]);
    if (taken === 0) return null;
    const upload = await this.find(id);
    return upload?.leaseOwner === owner ? upload : null;
  }

  async renewLease(
    id: number,
    owner: string,
    leasedUntil: Date,
  ): Promise<'held' | 'lost' | 'cancel_requested'> {
    if ((await this.database.change(statements.RENEW_LEASE, [leasedUntil, id, owner])) === 0) return 'lost';
    const [row] = await this.database.rows<{ cancel_requested_at: Date | null }>(
      statements.FIND_CANCEL_REQUEST,
      [id, owner],
    );
    if (!row) return 'lost';
    return row.cancel_requested_at ? 'cancel_requested' : 'held';
  }

  /**
   * As checkpoint, for a file that was downloaded: its bytes count from here on.
   * @throws DomainError QUOTA_EXCEEDED when they are more than the person's quota has left; nothing is kept then
   */
  keepFile(id: number, owner: string, file: KeptFile): Promise<boolean> {
    return keepFile(this.database, id, owner, file);
  }

  /** Merges `patch` into the checkpoint. */
  async checkpoint(id: number, owner: string, patch: CheckpointPatch): Promise<boolean> {
    return (await this.database.change(statements.SAVE_CHECKPOINT, [toJson(patch), id, owner])) > 0;
  }

  /** Notes the commit, the moment that counts for rate limits; the first one stays. */
  async markCommitted(id: number, owner: string, at: Date, patch: CheckpointPatch = {}): Promise<boolean> {
    return (await this.database.change(statements.MARK_COMMITTED, [at, toJson(patch), id, owner])) > 0;
  }

  /** Ends the upload and its lease; by default its access token stays only while structured data is owed: a refresh never holds a token. */
  async finish(id: number, owner: string, ending: UploadEnding): Promise<UploadState | null> {
    const { sdc = false, refresh = false } = ending.owed ?? {};
    const now = new Date();
    const changed = await this.database.change(statements.FINISH, [
      ending.status,
      toJson(ending.error),
      ending.status === 'failed' ? toFailureType(ending.error) : null,
      ending.success ?? null,
      ending.result ?? null,
      sdc,
      refresh,
      sdc || refresh ? now : null,
      ending.keepToken ?? sdc,
      now,
      id,
      owner,
    ]);
    if (changed === 0) return null;
    this.observer?.ended(ending.status, ending.error ?? null, 1);
    return this.findState(id);
  }

  /** Back to the queue, not to be started before `notBefore`; or cancelled, if that was asked for before the commit. */
  async requeue(id: number, owner: string, requeue: Requeue): Promise<UploadState | null> {
    const changed = await this.database.change(statements.REQUEUE, [
      requeue.reason ?? null,
      requeue.notBefore,
      requeue.staged ?? null,
      toJson(requeue.attempts),
      new Date(),
      id,
      owner,
    ]);
    if (changed === 0) return null;
    const state = await this.findState(id);
    if (state) this.tell([state]);
    return state;
  }

  /** Published uploads whose owed work is due, the longest due first; of structured data one of each person in turn. What cannot be done is to be postponed, lest it stands before the others. */
  async listOwed({
    kind,
    limit,
    now = new Date(),
  }: {
    kind: OwedKind;
    limit: number;
    now?: Date;
  }): Promise<OwedUpload[]> {
    const statement = kind === 'sdc' ? statements.LIST_SDC_OWED : statements.LIST_REFRESH_OWED;
    const rows = await this.database.rows<OwedRow>(statement, [now, limit]);
    return rows.map(toOwed);
  }

  /**
   * Takes owed work for one process: until `until` nobody else lists it.
   * @returns it as it is owed now, null when it was taken, settled, or made due anew since it was listed
   */
  async claimOwed(owed: OwedUpload, until: Date): Promise<OwedUpload | null> {
    const isTaken = await settleOwed(this.database, owed.id, { again: until, dueAt: owed.dueAt });
    return isTaken ? { ...owed, dueAt: until } : null;
  }

  /** Notes that owed work is done, or when to try it again. @returns the new state, null when it was not owed */
  async settleOwed(id: number, settlement: Settlement): Promise<UploadState | null> {
    return (await settleOwed(this.database, id, settlement)) ? this.findState(id) : null;
  }

  private tell(states: readonly UploadState[]): void {
    for (const { status, error } of states)
      if (isTerminal(status)) this.observer?.ended(status, error ?? null, 1);
  }

  private async findState(id: number): Promise<UploadState | null> {
    const [state] = await listStatesOf(this.database, [id]);
    return state ?? null;
  }
}
