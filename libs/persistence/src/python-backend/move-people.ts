import { randomBytes } from 'node:crypto';
import type { Sql } from '../database/database.js';
import { toJson } from '../database/json.js';
import {
  findMissingUsers,
  findMoved,
  insertKeepingIds,
  keepPage,
  noteMoved,
  Page,
  type Move,
  type PageMove,
} from './page-move.js';
import type { SourceBatch, SourcePreset, SourceUser } from './source-rows.js';
import {
  INSERT_BATCHES,
  INSERT_PRESETS,
  INSERT_USERS,
  LIST_DEFAULT_PRESETS,
  LIST_TAKEN_BATCHES,
  LIST_TAKEN_GROUPS,
  LIST_TAKEN_PRESETS,
  LIST_USERS,
} from './statements.js';
import {
  translateBatch,
  translatePreset,
  translateUser,
  type MovedBatch,
  type MovedPreset,
  type MovedUser,
} from './translate-rows.js';

export const newEditGroup = (): string => randomBytes(6).toString('hex');

const idsOf = <T extends { source: { id: number } }>(movable: readonly T[]): number[] =>
  movable.map(({ source }) => source.id);

/** Those of them that there are here. */
export async function listTaken(sql: Sql, statement: string, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  return new Set((await sql.rows<{ id: number }>(statement, [ids])).map(({ id }) => id));
}

/** People without their sign-in. Who has signed in here already stays as they are. */
export async function moveUsers(move: Move, rows: readonly SourceUser[]): Promise<PageMove> {
  const { database, isDryRun, leftUsers } = move;
  const userids = rows.map(({ userid }) => userid);
  const known = await database.rows<{ userid: string }>(LIST_USERS, [userids]);
  const here = new Set(known.map(({ userid }) => userid));
  const page = new Page<SourceUser, MovedUser>('users', ({ userid }) => userid);
  for (const source of rows) {
    if (here.has(source.userid)) page.already += 1;
    else page.add(source, translateUser(source));
  }
  for (const { id } of page.rows.filter(({ kind }) => kind === 'left')) leftUsers.add(String(id));
  if (!isDryRun && page.movable.length > 0) {
    const values = page.movable.map(({ row }) => [row.userid, row.username, row.createdAt, row.updatedAt]);
    await keepPage(database, (sql) => sql.insert(INSERT_USERS, [values]));
  }
  return page.end();
}

export async function moveBatches(move: Move, rows: readonly SourceBatch[]): Promise<PageMove> {
  const { database, isDryRun, leftBatches, now } = move;
  const moved = await findMoved(
    move,
    'batch',
    rows.map(({ id }) => id),
  );
  const missing = await findMissingUsers(
    move,
    rows.flatMap(({ userid }) => userid ?? []),
  );
  const page = new Page<SourceBatch, MovedBatch>('batches', ({ id }) => id);
  for (const source of rows) {
    const problem = missing.get(source.userid ?? '');
    if (moved.has(source.id)) page.already += 1;
    else if (problem === undefined) page.add(source, translateBatch(source));
    else page.leave(source, problem);
  }
  for (const { id } of page.rows.filter(({ kind }) => kind === 'left')) leftBatches.add(Number(id));
  const groups = await chooseGroups(move, page);
  if (isDryRun || page.movable.length === 0) return page.end();
  await keepPage(database, async (sql) => {
    const taken = await listTaken(sql, LIST_TAKEN_BATCHES, idsOf(page.movable));
    const added = page.movable.map(({ source, row: { userid, createdAt, updatedAt } }) => ({
      oldId: source.id,
      values: [userid, groups.get(source.id) ?? newEditGroup(), createdAt, updatedAt, updatedAt, false],
    }));
    await noteMoved(sql, 'batch', await insertKeepingIds(sql, INSERT_BATCHES, added, taken), { now });
  });
  return page.end();
}

/** The edit group of each batch, or a new one where another batch has it. */
async function chooseGroups(
  { database }: Move,
  page: Page<SourceBatch, MovedBatch>,
): Promise<ReadonlyMap<number, string>> {
  const asked = page.movable.flatMap(({ row }) => row.editGroupId ?? []);
  const known =
    asked.length === 0 ? [] : await database.rows<{ edit_group_id: string }>(LIST_TAKEN_GROUPS, [asked]);
  const taken = new Set(known.map(({ edit_group_id: group }) => group));
  const chosen = new Map<number, string>();
  for (const { source, row } of page.movable) {
    if (row.editGroupId === null) continue;
    if (taken.has(row.editGroupId))
      page.change(source, 'it gets another edit group, as a batch has this one');
    else chosen.set(source.id, row.editGroupId);
    taken.add(row.editGroupId);
  }
  return chosen;
}

export async function movePresets(move: Move, rows: readonly SourcePreset[]): Promise<PageMove> {
  const { database, isDryRun, now } = move;
  const moved = await findMoved(
    move,
    'preset',
    rows.map(({ id }) => id),
  );
  const userids = rows.flatMap(({ userid }) => userid ?? []);
  const missing = await findMissingUsers(move, userids);
  const page = new Page<SourcePreset, MovedPreset>('presets', ({ id }) => id);
  for (const source of rows) {
    const problem = missing.get(source.userid ?? '');
    if (moved.has(source.id)) page.already += 1;
    else if (problem === undefined) page.add(source, translatePreset(source));
    else page.leave(source, problem);
  }
  await dropSecondDefaults(move, page);
  if (isDryRun || page.movable.length === 0) return page.end();
  await keepPage(database, async (sql) => {
    const taken = await listTaken(sql, LIST_TAKEN_PRESETS, idsOf(page.movable));
    const added = page.movable.map(({ source, row }) => ({
      oldId: source.id,
      values: [
        row.userid,
        row.handler,
        row.title,
        row.titleTemplate,
        toJson(row.labels),
        row.categories,
        row.excludeFromDateCategory,
        row.isDefault,
        row.createdAt,
        row.updatedAt,
      ],
    }));
    await noteMoved(sql, 'preset', await insertKeepingIds(sql, INSERT_PRESETS, added, taken), { now });
  });
  return page.end();
}

/** A person has one default of a source: the one here, or else the first. */
async function dropSecondDefaults({ database }: Move, page: Page<SourcePreset, MovedPreset>): Promise<void> {
  const wanted = page.movable.filter(({ row }) => row.isDefault);
  if (wanted.length === 0) return;
  const userids = wanted.map(({ row }) => row.userid);
  const known = await database.rows<{ userid: string; handler: string }>(LIST_DEFAULT_PRESETS, [userids]);
  const keyOf = ({ userid, handler }: { userid: string; handler: string }): string =>
    JSON.stringify([userid, handler]);
  const taken = new Set(known.map(keyOf));
  for (const { source, row } of wanted) {
    if (taken.has(keyOf(row))) {
      row.isDefault = false;
      page.change(source, 'it is the default no more, as another one is');
    }
    taken.add(keyOf(row));
  }
}
