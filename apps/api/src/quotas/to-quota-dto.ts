import type { Quota, QuotaDraft, QuotaExpiry, QuotaState } from '#app/persistence';
import type { QuotaDraftDto, QuotaDto, QuotaExpiryDto, QuotaStateDto } from './quota.dto.js';

const toExpiryDto = (expire: QuotaExpiry): QuotaExpiryDto =>
  expire.period === 'until' ? { ...expire, until: expire.until.toISOString() } : expire;

/** Of a body that was validated. */
export const toQuotaDraft = (dto: QuotaDraftDto): QuotaDraft => ({
  name: dto.name.trim(),
  description: dto.description ?? '',
  enable: dto.enable ?? true,
  type: dto.type,
  value: dto.value,
  expire: toExpiry(dto.expire),
  isDefault: dto.is_default ?? false,
});

function toExpiry({ period, hours, until }: QuotaExpiryDto): QuotaExpiry {
  if (period === 'hours') return { period, hours: hours ?? 1 };
  if (period === 'until') return { period, until: new Date(until ?? 0) };
  return { period };
}

export const toQuotaDto = (quota: Quota): QuotaDto => ({
  id: quota.id,
  name: quota.name,
  description: quota.description,
  enable: quota.enable,
  type: quota.type,
  value: quota.value,
  expire: toExpiryDto(quota.expire),
  is_default: quota.isDefault,
  created_at: quota.createdAt.toISOString(),
  updated_at: quota.updatedAt.toISOString(),
});

export const toQuotaStateDto = ({ quota, used, left, resetsAt }: QuotaState): QuotaStateDto => ({
  name: quota.name,
  type: quota.type,
  value: quota.value,
  expire: toExpiryDto(quota.expire),
  used,
  left,
  ...(resetsAt && { resets_at: resetsAt.toISOString() }),
});
