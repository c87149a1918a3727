import type { ImageSourceName, Label } from '#app/protocol';
import { fromJson } from '../database/json.js';
import type { Preset } from './preset.js';

export interface PresetRow {
  id: number;
  userid: string;
  handler: ImageSourceName;
  title: string;
  title_template: string;
  labels: string | Label | null;
  categories: string | null;
  exclude_from_date_category: number;
  is_default: number;
  created_at: Date;
  updated_at: Date;
}

export const toPreset = (row: PresetRow): Preset => ({
  id: row.id,
  userid: row.userid,
  handler: row.handler,
  title: row.title,
  titleTemplate: row.title_template,
  labels: fromJson(row.labels),
  categories: row.categories,
  excludeFromDateCategory: row.exclude_from_date_category === 1,
  isDefault: row.is_default === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
