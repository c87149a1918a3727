import type { Sql, SqlValue } from '../database/database.js';
import { toJson } from '../database/json.js';
import { FORGET_COUNTS } from '../quotas/count-statements.js';
import { listTaken, newEditGroup } from './move-people.js';
import {
  findMissingBatches,
  findMissingUsers,
  findMoved,
  insertKeepingIds,
  keepPage,
  noteMoved,
  Page,
  type Movable,
  type Move,
  type PageMove,
} from './page-move.js';
import type { SourceUpload } from './source-rows.js';
import {
  COPY_BATCH,
  INSERT_UPLOADS,
  LIST_BATCHES,
  LIST_TAKEN_KEYS,
  LIST_TAKEN_UPLOADS,
  LIST_UNSETTLED,
  SETTLE_MOVED,
  UPDATE_UPLOAD,
} from './statements.js';
import { translateUpload, type MovedUpload } from './translate-rows.js';

type MovableUpload = Movable<SourceUpload, MovedUpload>;

/** Uploads; those that a batch there has twice of one image are put into further batches here. */
export async function moveUploads(move: Move, rows: readonly SourceUpload[]): Promise<PageMove> {
  const { database, isDryRun, now } = move;
  const moved = await findMoved(
    move,
    'upload',
    rows.map(({ id }) => id),
  );
  const page = await sortOut(move, rows, moved);
  if (isDryRun || page.movable.length === 0) return page.end();
  const further = await keepPage(database, async (sql) => {
    const places = await Places.find(sql, page.movable, now);
    const added: { oldId: number; values: SqlValue[] }[] = [];
    for (const { source, row } of page.movable) {
      const batchid = await places.take(row);
      added.push({ oldId: source.id, values: valuesOf(row, batchid) });
    }
    const ids = added.map(({ oldId }) => oldId);
    const taken = await listTaken(sql, LIST_TAKEN_UPLOADS, ids);
    const unsettled = new Set(
      page.movable.filter(({ row }) => row.isUnfinished).map(({ source }) => source.id),
    );
    await noteMoved(sql, 'upload', await insertKeepingIds(sql, INSERT_UPLOADS, added, taken), {
      now,
      unsettled,
    });
    await sql.change(FORGET_COUNTS, [[...new Set(page.movable.map(({ row }) => row.userid))]]);
    return places.further;
  });
  return page.end(further);
}

async function sortOut(
  move: Move,
  rows: readonly SourceUpload[],
  moved: ReadonlyMap<number, number>,
): Promise<Page<SourceUpload, MovedUpload>> {
  const batchids = rows.flatMap(({ batchid }) => batchid ?? []);
  const [users, batches] = [
    await findMissingUsers(
      move,
      rows.flatMap(({ userid }) => userid ?? []),
    ),
    await findMissingBatches(move, batchids, await findMoved(move, 'batch', batchids)),
  ];
  const page = new Page<SourceUpload, MovedUpload>('upload_requests', ({ id }) => id);
  for (const source of rows) {
    const problem = batches.get(source.batchid ?? 0) ?? users.get(source.userid ?? '');
    if (moved.has(source.id)) page.already += 1;
    else if (problem === undefined) page.add(source, translateUpload(source));
    else page.leave(source, problem);
  }
  return page;
}

/** Which batch here each upload gets into: a batch has an image once. */
class Places {
  further = 0;

  private constructor(
    private readonly sql: Sql,
    private readonly batches: Map<number, number[]>,
    private readonly taken: Set<string>,
    private readonly now: Date,
  ) {}

  static async find(sql: Sql, uploads: readonly MovableUpload[], now: Date): Promise<Places> {
    const old = [...new Set(uploads.map(({ row }) => row.batchid))];
    const batches = new Map<number, number[]>();
    const rows = await sql.rows<{ old_id: number; new_id: number }>(LIST_BATCHES, [old]);
    for (const { old_id: oldId, new_id: newId } of rows) {
      batches.set(oldId, [...(batches.get(oldId) ?? []), newId]);
    }
    const keys = [...new Set(uploads.map(({ row }) => row.key))];
    const known = await sql.rows<{ batchid: number; key: string }>(LIST_TAKEN_KEYS, [
      [...batches.values()].flat(),
      keys,
    ]);
    return new Places(sql, batches, new Set(known.map(({ batchid, key }) => placeOf(batchid, key))), now);
  }

  async take({ batchid: old, key }: MovedUpload): Promise<number> {
    const own = this.batches.get(old) ?? [];
    const batchid = own.find((id) => !this.taken.has(placeOf(id, key))) ?? (await this.add(old, own));
    this.taken.add(placeOf(batchid, key));
    return batchid;
  }

  private async add(old: number, own: number[]): Promise<number> {
    const id = await this.sql.insert(COPY_BATCH, [newEditGroup(), own[0] ?? 0]);
    await noteMoved(this.sql, 'further-batch', new Map([[old, id]]), { now: this.now, part: own.length });
    own.push(id);
    this.further += 1;
    return id;
  }
}

/** The index of a batch's keys does not tell spaces at their ends apart. */
const placeOf = (batchid: number, key: string): string => `${batchid} ${key.replace(/ +$/, '')}`;

const valuesOf = (row: MovedUpload, batchid: number): SqlValue[] => [
  batchid,
  row.userid,
  row.status,
  row.key,
  row.handler,
  row.collection,
  row.filename,
  row.wikitext,
  row.copyrightOverride,
  toJson(row.labels),
  row.result,
  toJson(row.error),
  row.failure,
  row.success,
  row.createdAt,
  row.updatedAt,
  row.createdAt,
  row.createdAt,
  row.committedAt,
  '{}',
  toJson(row.checkpoint),
];

/**
 * Brings uploads up to date that were not finished when they were moved, and that nobody has changed here.
 * @returns how many
 */
export async function updateUnfinished(move: Move, size: number): Promise<number> {
  const { database, source, isDryRun } = move;
  let [after, updated] = [0, 0];
  for (;;) {
    const rows = await database.rows<{ old_id: number; new_id: number }>(LIST_UNSETTLED, [after, size]);
    const last = rows.at(-1);
    if (!last) return updated;
    after = last.old_id;
    const newIds = new Map(rows.map(({ old_id, new_id }) => [old_id, new_id]));
    const ended = (await source.find('upload_requests', [...newIds.keys()])).flatMap((found) => {
      const translated = translateUpload(found);
      const isEnded = 'row' in translated && !translated.row.isUnfinished;
      return isEnded ? [{ source: found, row: translated.row }] : [];
    });
    updated += isDryRun ? ended.length : await update(move, ended, newIds);
  }
}

async function update(
  { database }: Move,
  ended: readonly MovableUpload[],
  newIds: ReadonlyMap<number, number>,
): Promise<number> {
  if (ended.length === 0) return 0;
  return keepPage(database, async (sql) => {
    let updated = 0;
    for (const { source, row } of ended) {
      updated += await sql.change(UPDATE_UPLOAD, [
        row.status,
        row.result,
        toJson(row.error),
        row.failure,
        row.success,
        row.updatedAt,
        row.committedAt,
        toJson(row.checkpoint),
        newIds.get(source.id) ?? 0,
      ]);
    }
    await sql.change(SETTLE_MOVED, [ended.map(({ source }) => source.id)]);
    await sql.change(FORGET_COUNTS, [[...new Set(ended.map(({ row }) => row.userid))]]);
    return updated;
  });
}
