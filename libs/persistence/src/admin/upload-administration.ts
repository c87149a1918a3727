import {
  DomainError,
  isTerminal,
  toFailureType,
  type Label,
  type StructuredError,
  type UploadObserver,
  type UploadState,
} from '#app/protocol';
import { likePrefix } from '../batches/statements.js';
import type { Database, Sql } from '../database/database.js';
import { toJson } from '../database/json.js';
import { CANCEL_QUEUED, LIST_STATES } from '../uploads/statements.js';
import type { Upload } from '../uploads/upload.js';
import { toState, toUpload, type StateRow, type UploadRow } from '../uploads/upload-row.js';
import { writeAudit, type Actor, type AuditEntry } from './audit-log.js';
import type { CostlyCounts } from './costly-counts.js';
import {
  countUploads,
  FIND_PEOPLE,
  MOST_PEOPLE,
  selectUploads,
  type UploadFilter,
} from './select-uploads.js';
import * as statements from './statements.js';

/** What administrators may write; what is absent stays. */
export interface UploadEdit {
  status?: 'cancelled' | 'failed';
  filename?: string;
  wikitext?: string;
  labels?: Label[] | null;
  copyrightOverride?: boolean;
  error?: StructuredError | null;
  result?: string | null;
  success?: string | null;
}

/** What tells its image from others. */
export type RetryableUpload = Pick<Upload, 'id' | 'batchid' | 'key' | 'handler' | 'collection'>;

/** Uploads that are not in their old state any more, to be told; and places in the plan that came free. */
export interface EndedUploads {
  ended: (UploadState & { userid: string })[];
  /** How many run and will stop, unless their commit is faster. */
  requested: number;
  freedTimes: { userid: string; at: Date }[];
}

interface OpenRow {
  id: number;
  batchid: number;
  userid: string;
  status: 'queued' | 'in_progress';
  planned_at: Date;
  cancel_requested_at: Date | null;
}

const MARKED_AS_FAILED: StructuredError = { type: 'error', message: 'Manually marked as failed' };
const NOTHING: EndedUploads = { ended: [], requested: 0, freedTimes: [] };

/** Uploads as administrators look through and change them. Every change leaves an audit record in its own transaction. */
export class UploadAdministration {
  constructor(
    private readonly database: Database,
    private readonly counts: CostlyCounts,
    private readonly observer?: UploadObserver,
  ) {}

  /** Newest first. `total` may be a minute old. @param page from 1 */
  async listPage({
    page,
    limit,
    ...filter
  }: { page: number; limit: number } & UploadFilter): Promise<{ items: Upload[]; total: number }> {
    const people = await this.findPeople(filter.text?.trim() ?? '');
    const { statement, values } = selectUploads(filter, people, { limit, offset: (page - 1) * limit });
    const found = await this.database.rows<{ id: number }>(statement, values);
    const ids = found.map(({ id }) => id);
    const rows = ids.length > 0 ? await this.database.rows<UploadRow>(statements.LIST_UPLOADS, [ids]) : [];
    const byId = new Map(rows.map((row) => [row.id, toUpload(row)]));
    const total = await this.counts.find(`uploads:${JSON.stringify(filter)}`, () =>
      this.count(filter, people),
    );
    return { items: ids.flatMap((id) => byId.get(id) ?? []), total };
  }

  /** Cancels what is queued at once, and asks what runs to stop. */
  cancel(ids: readonly number[], actor: Actor): Promise<EndedUploads> {
    return this.tell(this.database.transaction((sql) => cancelUploads(sql, ids, actor)));
  }

  /** Fails what is queued or runs, now: its worker loses it. What is being published goes on. */
  fail(
    ids: readonly number[],
    actor: Actor,
    error: StructuredError = MARKED_AS_FAILED,
  ): Promise<EndedUploads> {
    return this.tell(this.database.transaction((sql) => failUploads(sql, ids, actor, error)));
  }

  /**
   * @throws DomainError UPLOAD_NOT_FOUND; STATE_CONFLICT for a status that the upload cannot take any more, for what a
   * worker is using just now, and for what may have been sent
   */
  edit(id: number, { status, ...edit }: UploadEdit, actor: Actor): Promise<EndedUploads> {
    const edited = this.database.transaction(async (sql) => {
      const [row] = await sql.rows<UploadRow>(statements.LOCK_UPLOAD, [id]);
      if (!row) throw new DomainError('UPLOAD_NOT_FOUND', `Upload ${id} not found`);
      const upload = toUpload(row);
      if (status !== undefined && isTerminal(upload.status)) {
        throw new DomainError('STATE_CONFLICT', `Upload ${id} is ${upload.status} already.`);
      }
      const ended = await endOne(sql, upload, status, actor, edit.error ?? undefined);
      const fields = Object.keys(edit).filter((field) => status !== 'failed' || field !== 'error');
      if (fields.length === 0) return ended;
      if (upload.status === 'in_progress' && status !== 'failed') {
        throw new DomainError('STATE_CONFLICT', `Upload ${id} is being worked on.`);
      }
      if (status === undefined && mayBeSent(upload)) {
        throw new DomainError('STATE_CONFLICT', `Upload ${id} may be on its way to the wiki already.`);
      }
      await writeFields(sql, upload, edit, status, actor);
      return { ...ended, ended: await statesOf(sql, [row]) };
    });
    return status === undefined ? edited : this.tell(edited);
  }

  /** Those that can be tried again, oldest first. */
  async listRetryable(ids: readonly number[]): Promise<RetryableUpload[]> {
    return ids.length === 0 ? [] : this.database.rows<RetryableUpload>(statements.LIST_RETRYABLE, [ids]);
  }

  private async tell(change: Promise<EndedUploads>): Promise<EndedUploads> {
    const changed = await change;
    for (const { status, error } of changed.ended)
      if (isTerminal(status)) this.observer?.ended(status, error ?? null, 1);
    return changed;
  }

  private async findPeople(start: string): Promise<string[]> {
    if (start === '') return [];
    const rows = await this.database.rows<{ userid: string }>(FIND_PEOPLE, [
      likePrefix(start),
      MOST_PEOPLE + 1,
    ]);
    return rows.map(({ userid }) => userid);
  }

  private async count(filter: UploadFilter, people: readonly string[]): Promise<number> {
    const { statement, values } = countUploads(filter, people);
    const [row] = await this.database.rows<{ uploads: number | string }>(statement, values);
    return Number(row?.uploads ?? 0);
  }
}

/** Its commit would be looked up, and its data written, by fields that it was not sent with. */
const mayBeSent = ({ status, committedAt, checkpoint }: Upload): boolean =>
  !isTerminal(status) &&
  (committedAt !== null ||
    checkpoint.commitAttemptedAt !== undefined ||
    checkpoint.commitSentAt !== undefined ||
    checkpoint.publishedTitle !== undefined);

async function endOne(
  sql: Sql,
  { id }: Upload,
  status: UploadEdit['status'],
  actor: Actor,
  error?: StructuredError,
): Promise<EndedUploads> {
  if (status === undefined) return NOTHING;
  const ended =
    status === 'failed' ? await failUploads(sql, [id], actor, error) : await cancelUploads(sql, [id], actor);
  if (ended.ended.length === 0 && ended.requested === 0) {
    throw new DomainError('STATE_CONFLICT', `Upload ${id} is being published, or was asked to stop already.`);
  }
  return ended;
}

async function cancelUploads(sql: Sql, ids: readonly number[], actor: Actor): Promise<EndedUploads> {
  const open = await lockOpen(sql, ids);
  const queued = open.filter(({ status }) => status === 'queued');
  const running = open.filter((row) => row.status === 'in_progress' && row.cancel_requested_at === null);
  const now = new Date();
  if (queued.length > 0) await sql.change(CANCEL_QUEUED, [now, queued.map(({ id }) => id)]);
  if (running.length > 0) await sql.change(statements.REQUEST_CANCEL_OF, [now, running.map(({ id }) => id)]);
  await writeAudit(sql, actor, [
    ...queued.map(entryOf('upload.cancel', { status: 'cancelled' })),
    ...running.map(entryOf('upload.cancel', { status: 'in_progress', cancelRequested: true })),
  ]);
  return { ended: await statesOf(sql, queued), requested: running.length, freedTimes: timesOf(queued) };
}

async function failUploads(
  sql: Sql,
  ids: readonly number[],
  actor: Actor,
  error: StructuredError = MARKED_AS_FAILED,
): Promise<EndedUploads> {
  const open = await lockOpen(sql, ids);
  if (open.length === 0) return NOTHING;
  const chosen = open.map(({ id }) => id);
  await sql.change(statements.FAIL_OPEN, [toJson(error), toFailureType(error), new Date(), chosen]);
  await writeAudit(sql, actor, open.map(entryOf('upload.fail', { status: 'failed', error })));
  return { ended: await statesOf(sql, open), requested: 0, freedTimes: timesOf(open) };
}

const lockOpen = async (sql: Sql, ids: readonly number[]): Promise<OpenRow[]> =>
  ids.length === 0 ? [] : sql.rows<OpenRow>(statements.LOCK_OPEN, [ids]);

const entryOf =
  (action: AuditEntry['action'], after: object) =>
  (row: OpenRow): AuditEntry => ({
    action,
    subjectKind: 'upload',
    subjectId: String(row.id),
    before: { status: row.status },
    after,
  });

const timesOf = (rows: readonly OpenRow[]): EndedUploads['freedTimes'] =>
  rows.map(({ userid, planned_at }) => ({ userid, at: planned_at }));

async function statesOf(
  sql: Sql,
  rows: readonly { id: number; userid: string }[],
): Promise<EndedUploads['ended']> {
  if (rows.length === 0) return [];
  const states = await sql.rows<StateRow>(LIST_STATES, [rows.map(({ id }) => id)]);
  const owners = new Map(rows.map(({ id, userid }) => [id, userid]));
  return states.map((row) => ({ ...toState(row), userid: owners.get(row.id) ?? '' }));
}

type Fields = Omit<UploadEdit, 'status'>;

async function writeFields(
  sql: Sql,
  upload: Upload,
  edit: Fields,
  status: UploadEdit['status'],
  actor: Actor,
): Promise<void> {
  const { filename, wikitext, labels, copyrightOverride, error, result, success } = upload;
  const before = { filename, wikitext, labels, copyrightOverride, error, result, success };
  const after = { ...before, ...(status === 'failed' && { error: MARKED_AS_FAILED }), ...edit };
  await sql.change(statements.EDIT_UPLOAD, [
    after.filename,
    after.wikitext,
    toJson(after.labels),
    after.copyrightOverride,
    toJson(after.error),
    (status ?? upload.status) === 'failed' ? toFailureType(after.error) : null,
    after.result,
    after.success,
    new Date(),
    upload.id,
  ]);
  const changed = (Object.keys(edit) as (keyof Fields)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  const only = (state: Fields): object => Object.fromEntries(changed.map((field) => [field, state[field]]));
  await writeAudit(sql, actor, [
    {
      action: 'upload.edit',
      subjectKind: 'upload',
      subjectId: String(upload.id),
      before: only(before),
      after: only(after),
    },
  ]);
}
