import type { ImageSourceName, Label } from '#app/protocol';

/** Of one person for one image source. */
export const MAX_PRESETS = 100;

export interface Preset {
  id: number;
  userid: string;
  handler: ImageSourceName;
  title: string;
  titleTemplate: string;
  labels: Label | null;
  categories: string | null;
  excludeFromDateCategory: boolean;
  isDefault: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export type PresetDraft = Omit<Preset, 'id' | 'userid' | 'createdAt' | 'updatedAt'>;
