import type { Database, Sql, SqlValue } from '../database/database.js';
import { DUPLICATE_ENTRY, sqlErrorNumber } from '../database/retry-on-deadlock.js';
import type { ReportedRow } from './move-report.js';
import type { SourceDatabase } from './source-database.js';
import type { SourceTable } from './source-rows.js';
import { findLastId, LIST_MOVED, LIST_USERS, NOTE_MOVED, startIdsAt } from './statements.js';
import type { Translated } from './translate-rows.js';

export type MovedKind = 'batch' | 'further-batch' | 'upload' | 'preset';

/** Between what two databases a run moves rows, and what it has had to leave so far. */
export interface Move {
  source: SourceDatabase;
  database: Database;
  isDryRun: boolean;
  leftUsers: Set<string>;
  leftBatches: Set<number>;
  now: Date;
}

/** What has become of a page of rows. */
export interface PageMove {
  moved: number;
  already: number;
  furtherBatches: number;
  rows: ReportedRow[];
}

/** A row that can be moved. */
export interface Movable<Source, Row> {
  source: Source;
  row: Row;
}

/** Of a page: what was moved before, what cannot be moved, and the rest. */
export class Page<Source, Row> {
  readonly movable: Movable<Source, Row>[] = [];
  readonly rows: ReportedRow[] = [];
  already = 0;

  constructor(
    private readonly table: SourceTable,
    private readonly idOf: (source: Source) => string | number,
  ) {}

  add(source: Source, translated: Translated<Row>): void {
    if ('problem' in translated) return this.leave(source, translated.problem);
    this.movable.push({ source, row: translated.row });
    for (const what of translated.notes) this.change(source, what);
  }

  leave(source: Source, what: string): void {
    this.rows.push({ table: this.table, kind: 'left', id: this.idOf(source), what });
  }

  change(source: Source, what: string): void {
    this.rows.push({ table: this.table, kind: 'changed', id: this.idOf(source), what });
  }

  end(furtherBatches = 0): PageMove {
    return { moved: this.movable.length, already: this.already, furtherBatches, rows: this.rows };
  }
}

/** The ids here of what was moved before. */
export async function findMoved(
  { database }: Pick<Move, 'database'>,
  kind: MovedKind,
  oldIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (oldIds.length === 0) return new Map();
  const rows = await database.rows<{ old_id: number; new_id: number }>(LIST_MOVED, [kind, oldIds]);
  return new Map(rows.map(({ old_id, new_id }) => [old_id, new_id]));
}

const LATE = 'came while this ran: run it again';

/** Why rows of these people cannot be moved; nothing for those of whom they can. */
export async function findMissingUsers(
  { source, database, leftUsers, isDryRun }: Move,
  userids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(userids)];
  const found = new Set((await source.find('users', asked)).map(({ userid }) => userid));
  const rows =
    isDryRun || asked.length === 0 ? [] : await database.rows<{ userid: string }>(LIST_USERS, [asked]);
  const here = new Set(rows.map(({ userid }) => userid));
  const problems = new Map<string, string>();
  for (const userid of asked) {
    if (!found.has(userid)) problems.set(userid, 'its user is not there');
    else if (leftUsers.has(userid)) problems.set(userid, 'its user cannot be moved');
    else if (!isDryRun && !here.has(userid)) problems.set(userid, `its user ${LATE}`);
  }
  return problems;
}

/** Why uploads of these batches cannot be moved. @param here the batches that are here */
export async function findMissingBatches(
  { source, leftBatches, isDryRun }: Move,
  batchids: readonly number[],
  here: ReadonlyMap<number, unknown>,
): Promise<ReadonlyMap<number, string>> {
  const asked = [...new Set(batchids)];
  const found = new Set((await source.find('batches', asked)).map(({ id }) => id));
  const problems = new Map<number, string>();
  for (const id of asked) {
    if (!found.has(id)) problems.set(id, 'its batch is not there');
    else if (leftBatches.has(id)) problems.set(id, 'its batch cannot be moved');
    else if (!isDryRun && !here.has(id)) problems.set(id, `its batch ${LATE}`);
  }
  return problems;
}

export interface NewRow {
  oldId: number;
  /** All columns of the statement but the id, which is the first of them. */
  values: SqlValue[];
}

/** A statement is kept well below what a server takes. */
const LONGEST_STATEMENT = 4_000_000;

const lengthOf = ({ values }: NewRow): number =>
  values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length * 4 : 32), 0);

/**
 * Inserts rows under the ids that they had, or others where those are taken.
 * @param taken the ids that are
 * @returns old id → new id
 */
export async function insertKeepingIds(
  sql: Sql,
  insert: string,
  rows: readonly NewRow[],
  taken: ReadonlySet<number>,
): Promise<Map<number, number>> {
  const ids = new Map<number, number>();
  const displaced: NewRow[] = [];
  let some: SqlValue[][] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    if (some.length > 0) await sql.insert(insert, [some]);
    [some, length] = [[], 0];
  };
  for (const row of rows) {
    const { oldId, values } = row;
    if (taken.has(oldId)) {
      displaced.push(row);
      continue;
    }
    if (length + lengthOf(row) > LONGEST_STATEMENT) await flush();
    some.push([oldId, ...values]);
    length += lengthOf(row);
    ids.set(oldId, oldId);
  }
  await flush();
  // Last, lest they get the id of another one of these.
  for (const { oldId, values } of displaced) ids.set(oldId, await sql.insert(insert, [[[null, ...values]]]));
  return ids;
}

/** Has what is made here from now on leave the ids free that rows there have. */
export async function keepIdsFree(
  { source, database }: Pick<Move, 'source' | 'database'>,
  table: Exclude<SourceTable, 'users'>,
): Promise<void> {
  const last = await source.findLastId(table);
  const [here] = await database.rows<{ last: number | null }>(findLastId(table));
  if (last > (here?.last ?? 0)) await database.change(startIdsAt(table, last + 1));
}

/** Remembers where rows came from. @param unsettled old ids of those that may change there */
export async function noteMoved(
  sql: Sql,
  kind: MovedKind,
  ids: ReadonlyMap<number, number>,
  { now, part = 0, unsettled = new Set() }: { now: Date; part?: number; unsettled?: ReadonlySet<number> },
): Promise<void> {
  if (ids.size === 0) return;
  const rows = [...ids].map(([oldId, newId]) => [kind, oldId, part, newId, !unsettled.has(oldId), now]);
  await sql.change(NOTE_MOVED, [rows]);
}

const TRIES = 3;

/** In one transaction; again when somebody who works here meanwhile has taken an id first. */
export async function keepPage<T>(database: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (sqlErrorNumber(error) !== DUPLICATE_ENTRY || tries === TRIES) throw error;
    }
  }
}
