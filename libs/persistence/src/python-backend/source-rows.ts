/**
 * The tables of the Python backend, as its models and migrations make them.
 * @see https://github.com/DaxServer/wikibots-curator-backend/blob/main/src/curator/db/models.py
 */

/** In the order in which they are moved: each needs those before it. */
export const SOURCE_TABLES = ['users', 'batches', 'upload_requests', 'presets'] as const;
export type SourceTable = (typeof SOURCE_TABLES)[number];

/** Text where the driver gives text, also for moments; what is JSON may come as text or as what it means. */
export type SourceValue = string | number | object | null;

export interface SourceUser {
  userid: string;
  username: string | null;
  created_at: string | null;
  updated_at: string | null;
}

export interface SourceBatch {
  id: number;
  userid: string | null;
  edit_group_id?: string | null;
  created_at: string | null;
  updated_at: string | null;
}

export interface SourceUpload {
  id: number;
  batchid: number | null;
  userid: string | null;
  status: string | null;
  key: string | null;
  handler: string | null;
  collection?: string | null;
  filename: string | null;
  wikitext: string | null;
  copyright_override?: number | null;
  labels?: SourceValue;
  result?: string | null;
  error?: SourceValue;
  success?: string | null;
  created_at: string | null;
  updated_at: string | null;
}

export interface SourcePreset {
  id: number;
  userid: string | null;
  handler: string | null;
  title: string | null;
  title_template: string | null;
  labels?: SourceValue;
  categories?: string | null;
  exclude_from_date_category?: number | null;
  is_default?: number | null;
  created_at: string | null;
  updated_at: string | null;
}

export interface SourceRows {
  users: SourceUser;
  batches: SourceBatch;
  upload_requests: SourceUpload;
  presets: SourcePreset;
}

interface TableShape {
  /** What its rows are told from each other by. */
  id: string;
  required: readonly string[];
  /** Columns that not every version of it has. Tokens are in none of these. */
  optional: readonly string[];
}

export const SHAPES: Readonly<Record<SourceTable, TableShape>> = {
  users: { id: 'userid', required: ['userid', 'username', 'created_at', 'updated_at'], optional: [] },
  batches: { id: 'id', required: ['id', 'userid', 'created_at', 'updated_at'], optional: ['edit_group_id'] },
  upload_requests: {
    id: 'id',
    required: [
      'id',
      'batchid',
      'userid',
      'status',
      'key',
      'handler',
      'filename',
      'wikitext',
      'created_at',
      'updated_at',
    ],
    optional: ['collection', 'copyright_override', 'labels', 'result', 'error', 'success'],
  },
  presets: {
    id: 'id',
    required: ['id', 'userid', 'handler', 'title', 'title_template', 'created_at', 'updated_at'],
    optional: ['labels', 'categories', 'exclude_from_date_category', 'is_default'],
  },
};

/** Its tables that hold nothing to be moved. */
export const IGNORED_TABLES: readonly string[] = ['alembic_version'];
