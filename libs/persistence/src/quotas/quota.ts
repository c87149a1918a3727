/** What a quota limits: uploads, bytes of uploaded files, batches. */
export const QUOTA_TYPES = ['max_uploads', 'max_bytes', 'max_batches'] as const;
export type QuotaType = (typeof QUOTA_TYPES)[number];

/** For people. */
export const QUOTA_UNITS: Readonly<Record<QuotaType, string>> = {
  max_uploads: 'uploads',
  max_bytes: 'bytes',
  max_batches: 'batches',
};

export const QUOTA_PERIODS = ['day', 'week', 'month', 'hours', 'until', 'never'] as const;
export type QuotaPeriod = (typeof QUOTA_PERIODS)[number];

/**
 * When what was used is given back: at the next midnight, Monday or first of the month (UTC); after so many hours each;
 * never, the quota ending at a moment or not at all.
 */
export type QuotaExpiry =
  | { period: 'day' | 'week' | 'month' | 'never' }
  | { period: 'hours'; hours: number }
  | { period: 'until'; until: Date };

export interface Quota {
  id: number;
  name: string;
  description: string;
  enable: boolean;
  type: QuotaType;
  /** Uploads, bytes or batches. */
  value: number;
  expire: QuotaExpiry;
  /** For everybody who has none of its type. */
  isDefault: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export const QUOTA_ORDERS = ['created_at', 'name'] as const;
export type QuotaOrder = (typeof QUOTA_ORDERS)[number];

export type QuotaDraft = Omit<Quota, 'id' | 'createdAt' | 'updatedAt'>;

/** A quota as it holds for one person. */
export interface HeldQuota extends Quota {
  /** Where it ends at a moment or never, what was used before does not count. */
  since: Date;
}

export interface QuotaState {
  quota: HeldQuota;
  used: number;
  /** Not below 0. */
  left: number;
  /** When something, or all, is given back; null: never, or nothing is used. */
  resetsAt: Date | null;
}
