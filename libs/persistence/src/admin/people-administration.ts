import { likePrefix } from '../batches/statements.js';
import type { Database } from '../database/database.js';
import type { Preset } from '../presets/preset.js';
import { toPreset, type PresetRow } from '../presets/preset-row.js';
import { countPresets, countUsers, listPresets, listUsers } from './statements.js';

export interface KnownUser {
  userid: string;
  username: string;
  createdAt: Date;
  updatedAt: Date;
}

interface PageChoice {
  /** From 1. */
  page: number;
  limit: number;
  /** An id exactly, or how a user name begins. */
  text?: string | undefined;
}

interface UserRow {
  userid: string;
  username: string;
  created_at: Date;
  updated_at: Date;
}

const ID = /^[1-9]\d{0,14}$/;

/** People and their presets, as administrators look through them; newest first. */
export class PeopleAdministration {
  constructor(private readonly database: Database) {}

  async listUsers({ page, limit, text = '' }: PageChoice): Promise<{ items: KnownUser[]; total: number }> {
    const start = text.trim();
    const condition = start === '' ? '' : ' WHERE (u.userid = ? OR u.username LIKE ?)';
    const values = start === '' ? [] : [start, likePrefix(start)];
    const [rows, [count]] = await Promise.all([
      this.database.rows<UserRow>(listUsers(condition), [...values, limit, (page - 1) * limit]),
      this.database.rows<{ found: number }>(countUsers(condition), values),
    ]);
    return { items: rows.map(toUser), total: count?.found ?? 0 };
  }

  async listPresets({ page, limit, text = '' }: PageChoice): Promise<{ items: Preset[]; total: number }> {
    const start = text.trim();
    const byOwner = 'p.userid = ? OR p.userid IN (SELECT u.userid FROM users u WHERE u.username LIKE ?)';
    const byId = ID.test(start) ? ' OR p.id = ?' : '';
    const condition = start === '' ? '' : ` WHERE (${byOwner}${byId})`;
    const values = start === '' ? [] : [start, likePrefix(start), ...(byId === '' ? [] : [Number(start)])];
    const [rows, [count]] = await Promise.all([
      this.database.rows<PresetRow>(listPresets(condition), [...values, limit, (page - 1) * limit]),
      this.database.rows<{ found: number }>(countPresets(condition), values),
    ]);
    return { items: rows.map(toPreset), total: count?.found ?? 0 };
  }
}

const toUser = (row: UserRow): KnownUser => ({
  userid: row.userid,
  username: row.username,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
