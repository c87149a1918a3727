import type { Quota, QuotaExpiry, QuotaPeriod, QuotaType } from './quota.js';

export interface QuotaRow {
  id: number;
  name: string;
  description: string;
  enable: number;
  type: QuotaType;
  value: number;
  period: QuotaPeriod;
  period_hours: number | null;
  until_at: Date | null;
  default_for: QuotaType | null;
  created_at: Date;
  updated_at: Date;
}

function toExpiry({ period, period_hours: hours, until_at: until }: QuotaRow): QuotaExpiry {
  if (period === 'hours') return { period, hours: hours ?? 1 };
  if (period === 'until') return { period, until: until ?? new Date(0) };
  return { period };
}

export const toQuota = (row: QuotaRow): Quota => ({
  id: row.id,
  name: row.name,
  description: row.description,
  enable: row.enable === 1,
  type: row.type,
  value: row.value,
  expire: toExpiry(row),
  isDefault: row.default_for !== null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
