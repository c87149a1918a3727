import type { Database, Sql, SqlValue } from '../database/database.js';
import { fromJson, toJson } from '../database/json.js';

/** The administrator who changes something, and in which request. */
export interface Actor {
  userid: string;
  username: string;
  requestId: string | null;
}

export const AUDIT_ACTIONS = [
  'upload.edit',
  'upload.cancel',
  'upload.fail',
  'upload.retry',
  'sessions.end',
  'queue.pause',
  'queue.resume',
  'storage.create',
  'storage.replace',
  'storage.delete',
  'quota.create',
  'quota.replace',
  'quota.delete',
  'quota.assign',
  'quota.withdraw',
  'batch.cancel',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_SUBJECTS = ['upload', 'user', 'queue', 'storage', 'quota', 'batch'] as const;
export type AuditSubject = (typeof AUDIT_SUBJECTS)[number];

export interface AuditEntry {
  action: AuditAction;
  subjectKind: AuditSubject;
  subjectId: string;
  before?: object;
  after?: object;
}

export interface AuditRecord extends Required<Omit<AuditEntry, 'before' | 'after'>> {
  id: number;
  at: Date;
  userid: string;
  username: string;
  before: object | null;
  after: object | null;
  requestId: string | null;
}

export interface AuditFilter {
  action?: AuditAction | undefined;
  subjectKind?: AuditSubject | undefined;
  subjectId?: string | undefined;
  /** Whose changes. */
  userid?: string | undefined;
}

interface AuditRow {
  id: number;
  userid: string;
  username: string;
  action: AuditAction;
  subject_kind: AuditSubject;
  subject_id: string;
  state_before: string | object | null;
  state_after: string | object | null;
  request_id: string | null;
  created_at: Date;
}

const INSERT = `INSERT INTO audit_log
  (userid, username, action, subject_kind, subject_id, state_before, state_after, request_id, created_at) VALUES ?`;

/** Notes changes in the transaction that makes them. */
export async function writeAudit(sql: Sql, actor: Actor, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const now = new Date();
  const rows = entries.map(({ action, subjectKind, subjectId, before, after }): SqlValue[] => [
    actor.userid,
    actor.username,
    action,
    subjectKind,
    subjectId,
    toJson(before),
    toJson(after),
    actor.requestId,
    now,
  ]);
  await sql.insert(INSERT, [rows]);
}

/** What administrators changed: who, when, before and after. Nothing is ever changed or deleted here. */
export class AuditLog {
  constructor(private readonly database: Database) {}

  /** For changes outside of the database. */
  async write(actor: Actor, ...entries: AuditEntry[]): Promise<void> {
    await writeAudit(this.database, actor, entries);
  }

  /** Newest first. @param page from 1 */
  async list({
    page,
    limit,
    ...filter
  }: { page: number; limit: number } & AuditFilter): Promise<{ items: AuditRecord[]; total: number }> {
    const { where, values } = selectRecords(filter);
    const [rows, [count]] = await Promise.all([
      this.database.rows<AuditRow>(`SELECT * FROM audit_log${where} ORDER BY id DESC LIMIT ? OFFSET ?`, [
        ...values,
        limit,
        (page - 1) * limit,
      ]),
      this.database.rows<{ records: number }>(`SELECT COUNT(*) AS records FROM audit_log${where}`, values),
    ]);
    return { items: rows.map(toRecord), total: count?.records ?? 0 };
  }
}

function selectRecords({ action, subjectKind, subjectId, userid }: AuditFilter): {
  where: string;
  values: string[];
} {
  const conditions = [
    ['action = ?', action],
    ['subject_kind = ?', subjectKind],
    ['subject_id = ?', subjectId],
    ['userid = ?', userid],
  ].flatMap(([condition = '', value]) => (value === undefined ? [] : [{ condition, value }]));
  if (conditions.length === 0) return { where: '', values: [] };
  return {
    where: ` WHERE ${conditions.map(({ condition }) => condition).join(' AND ')}`,
    values: conditions.map(({ value }) => value),
  };
}

const toRecord = (row: AuditRow): AuditRecord => ({
  id: row.id,
  at: row.created_at,
  userid: row.userid,
  username: row.username,
  action: row.action,
  subjectKind: row.subject_kind,
  subjectId: row.subject_id,
  before: fromJson(row.state_before),
  after: fromJson(row.state_after),
  requestId: row.request_id,
});
