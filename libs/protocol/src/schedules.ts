import type { ImageSourceName } from './nouns.js';

/** What can be done on a schedule. */
export const SCHEDULE_KINDS = [
  'refresh-wanted-categories',
  'clean-cache',
  'import-category',
  'watch-collection',
] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

/** What only administrators may have done. */
export const ADMIN_SCHEDULE_KINDS: readonly ScheduleKind[] = ['refresh-wanted-categories', 'clean-cache'];

export interface ImportCategoryParams {
  /** Of the category, without namespace. */
  title: string;
  /** Levels of subcategories. */
  depth: number;
}

export interface WatchCollectionParams {
  handler: ImageSourceName;
  /** A collection's id or any address of it. */
  collection: string;
  /** With it, new images are queued for upload as this preset says. */
  preset_id?: number;
}

/** What each kind is told. */
export interface ScheduleParams {
  'refresh-wanted-categories': Record<string, never>;
  'clean-cache': Record<string, never>;
  'import-category': ImportCategoryParams;
  'watch-collection': WatchCollectionParams;
}
