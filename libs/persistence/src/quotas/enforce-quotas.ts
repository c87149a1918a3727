import { DomainError } from '#app/protocol';
import type { Sql } from '../database/database.js';
import { QUOTA_UNITS, type HeldQuota, type QuotaState, type QuotaType } from './quota.js';
import { findUse } from './find-use.js';
import { isNear, noteNear } from './near-quotas.js';
import { findSpan, givenBackAt } from './quota-period.js';
import { toQuota, type QuotaRow } from './quota-row.js';
import { LIST_HELD_QUOTAS, LOCK_PERSON } from './statements.js';

/** How much of each type is wanted. Of 0, a quota that is spent refuses nevertheless. */
export type Wanted = Partial<Record<QuotaType, number>>;

export interface QuotaQuestion {
  userid: string;
  wanted: Wanted;
  now: Date;
  /** An upload that does not count with the others. */
  without?: number;
}

/**
 * Lets nobody use more than their quotas allow, and notes what is nearly spent: to be called in the transaction that uses
 * it, before anything else is locked. Where a quota holds, the person's row stays locked to its end.
 * @throws DomainError QUOTA_EXCEEDED with what is left and when it resets
 */
export async function enforceQuotas(sql: Sql, question: QuotaQuestion): Promise<void> {
  const held = await listQuotasInQuestion(sql, question);
  if (held.length === 0) return;
  await sql.rows(LOCK_PERSON, [question.userid]);
  for (const state of await compare(sql, held, { ...question, isLocked: true })) {
    const used = state.used + (question.wanted[state.quota.type] ?? 0);
    if (isNear(state.quota, used)) await noteNear(sql, state.quota, question);
  }
}

/** As `enforceQuotas`, without taking anything: it tells what would be refused now. @throws DomainError QUOTA_EXCEEDED */
export async function checkQuotas(sql: Sql, question: QuotaQuestion): Promise<void> {
  await compare(sql, await listQuotasInQuestion(sql, question), { ...question, isLocked: false });
}

const listQuotasInQuestion = async (sql: Sql, { userid, wanted, now }: QuotaQuestion): Promise<HeldQuota[]> =>
  (await listHeldQuotas(sql, userid, now)).filter(({ type }) => wanted[type] !== undefined);

async function compare(
  sql: Sql,
  held: readonly HeldQuota[],
  { wanted, ...question }: QuotaQuestion & { isLocked: boolean },
): Promise<QuotaState[]> {
  const states: QuotaState[] = [];
  for (const quota of held) {
    const state = await findState(sql, quota, question);
    const amount = wanted[quota.type] ?? 0;
    if (state === null) continue;
    if (amount === 0 ? state.left === 0 : amount > state.left) throw exceeded(state, amount);
    states.push(state);
  }
  return states;
}

/** A person's quotas that hold now: of each type their own, or else the one for everybody. */
export async function listHeldQuotas(sql: Sql, userid: string, now: Date): Promise<HeldQuota[]> {
  const rows = await sql.rows<QuotaRow & { assigned_at: Date | null }>(LIST_HELD_QUOTAS, [userid]);
  const byType = new Map<QuotaType, HeldQuota>();
  for (const row of rows.toSorted(
    (a, b) => Number(a.assigned_at !== null) - Number(b.assigned_at !== null),
  )) {
    const quota = { ...toQuota(row), since: row.assigned_at ?? row.created_at };
    if (findSpan(quota, now) !== null) byType.set(row.type, quota);
  }
  return [...byType.values()];
}

/** Null when the quota does not hold any more. */
export async function findState(
  sql: Sql,
  quota: HeldQuota,
  { userid, now, without = 0, isLocked = false }: Omit<QuotaQuestion, 'wanted'> & { isLocked?: boolean },
): Promise<QuotaState | null> {
  const span = findSpan(quota, now);
  if (span === null) return null;
  const { used, first } = await findUse(sql, quota, { userid, span, now, without, isLocked });
  const left = Math.max(0, quota.value - used);
  return { quota, used, left, resetsAt: first === null ? null : givenBackAt(quota, span, first) };
}

function exceeded({ quota, used, left, resetsAt }: QuotaState, wanted: number): DomainError {
  const unit = QUOTA_UNITS[quota.type];
  const when =
    resetsAt === null ? 'Nothing is given back by itself.' : `It resets at ${resetsAt.toISOString()}.`;
  const message = `Your quota “${quota.name}” of ${quota.value} ${unit} has ${left} left${
    wanted > 0 ? `, and this takes ${wanted}` : ''
  }. ${when}`;
  return new DomainError('QUOTA_EXCEEDED', message, {
    quota: quota.name,
    type: quota.type,
    value: quota.value,
    used,
    left,
    resets_at: resetsAt?.toISOString() ?? null,
  });
}
