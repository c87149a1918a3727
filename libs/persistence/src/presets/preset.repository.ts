import { DomainError, type ImageSourceName } from '#app/protocol';
import type { Database, Sql } from '../database/database.js';
import { toJson } from '../database/json.js';
import { MAX_PRESETS, type Preset, type PresetDraft } from './preset.js';
import { toPreset, type PresetRow } from './preset-row.js';
import * as statements from './statements.js';

const valuesOf = (draft: PresetDraft, now: Date): (string | boolean | Date | null)[] => [
  draft.title,
  draft.titleTemplate,
  toJson(draft.labels),
  draft.categories,
  draft.excludeFromDateCategory,
  draft.isDefault,
  now,
];

const notFound = (id: number): DomainError => new DomainError('PRESET_NOT_FOUND', `Preset ${id} not found`);

/**
 * A person's presets. Each call names the owner: another's preset is as good as none. Of one source at most one preset is the
 * default; a person's changes happen one after the other.
 */
export class PresetRepository {
  constructor(private readonly database: Database) {}

  /** By title. */
  async list(userid: string, handler: ImageSourceName): Promise<Preset[]> {
    const rows = await this.database.rows<PresetRow>(statements.LIST_PRESETS, [userid, handler]);
    return rows.map(toPreset);
  }

  /** A default one takes that from the person's other presets of its source. @throws DomainError QUOTA_EXCEEDED */
  create(userid: string, draft: PresetDraft): Promise<Preset> {
    return this.change(userid, async (sql) => {
      const [count] = await sql.rows<{ presets: number }>(statements.COUNT_PRESETS, [userid, draft.handler]);
      if ((count?.presets ?? 0) >= MAX_PRESETS) {
        throw new DomainError(
          'QUOTA_EXCEEDED',
          `You have ${MAX_PRESETS} presets for ${draft.handler} already. Please delete one first.`,
        );
      }
      const now = new Date();
      const id = await sql.insert(statements.INSERT_PRESET, [
        ...valuesOf(draft, now),
        userid,
        draft.handler,
        now,
      ]);
      return settleDefault(sql, id, userid, draft);
    });
  }

  /** As `create`. @throws DomainError PRESET_NOT_FOUND; STATE_CONFLICT when it is one of another source */
  replace(id: number, userid: string, draft: PresetDraft): Promise<Preset> {
    return this.change(userid, async (sql) => {
      const { handler } = await get(sql, id, userid);
      if (handler !== draft.handler) {
        throw new DomainError('STATE_CONFLICT', `Preset ${id} is for ${handler}, not for ${draft.handler}.`);
      }
      await sql.change(statements.REPLACE_PRESET, [...valuesOf(draft, new Date()), id]);
      return settleDefault(sql, id, userid, draft);
    });
  }

  /** @returns what it was @throws DomainError PRESET_NOT_FOUND */
  delete(id: number, userid: string): Promise<Preset> {
    return this.change(userid, async (sql) => {
      const preset = await get(sql, id, userid);
      await sql.change(statements.DELETE_PRESET, [id, userid]);
      return preset;
    });
  }

  private change<T>(userid: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.database.transaction(async (sql) => {
      await sql.rows(statements.LOCK_OWNER, [userid]);
      return work(sql);
    });
  }
}

async function get(sql: Sql, id: number, userid: string): Promise<Preset> {
  const [row] = await sql.rows<PresetRow>(statements.FIND_PRESET, [id, userid]);
  if (row === undefined) throw notFound(id);
  return toPreset(row);
}

async function settleDefault(
  sql: Sql,
  id: number,
  userid: string,
  { handler, isDefault }: PresetDraft,
): Promise<Preset> {
  if (isDefault) await sql.change(statements.CLEAR_DEFAULT, [userid, handler, id]);
  return get(sql, id, userid);
}
