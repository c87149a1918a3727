import { SharedBuckets } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Injectable, Logger } from '@nestjs/common';
import { ApiConfig } from '../api.config.js';
import type { RateLimit } from './rate-limit.js';

/** What is counted, each kind for itself. */
export const THROTTLES = {
  'sign-in': { by: 'address', limit: 'signInLimit' },
  register: { by: 'address', limit: 'registerLimit' },
  manifest: { by: 'person', limit: 'costlyLimit' },
  import: { by: 'person', limit: 'costlyLimit' },
  compare: { by: 'person', limit: 'costlyLimit' },
  export: { by: 'person', limit: 'costlyLimit' },
  download: { by: 'person', limit: 'costlyLimit' },
  recategorize: { by: 'person', limit: 'costlyLimit' },
  'schedule-run': { by: 'person', limit: 'costlyLimit' },
  'storage-check': { by: 'person', limit: 'costlyLimit' },
} as const satisfies Record<
  string,
  {
    by: 'address' | 'person';
    limit: 'signInLimit' | 'registerLimit' | 'costlyLimit';
  }
>;

export type ThrottleName = keyof typeof THROTTLES;

/** Keeps one address or person from asking for too much, all processes counted together. */
@Injectable()
export class Throttles {
  constructor(
    private readonly config: ApiConfig,
    private readonly buckets: SharedBuckets,
  ) {
    const off = [...new Set(Object.values(THROTTLES).map(({ limit }) => limit))].filter(
      (limit) => config[limit] === null,
    );
    if (off.length > 0) new Logger(Throttles.name).warn(`Limits that are off: ${off.join(', ')}`);
  }

  /**
   * Counts one call.
   * @param who an address, or a person's id
   * @throws DomainError RATE_LIMITED with the wait; NOT_READY while nothing can be counted: what cannot be counted is not done
   */
  async take(name: ThrottleName, who: string): Promise<void> {
    const limit: RateLimit = this.config[THROTTLES[name].limit];
    const waitMs = limit === null ? 0 : await this.count(`${name}:${who}`, limit);
    if (waitMs === 0) return;
    throw new DomainError('RATE_LIMITED', 'Too many requests. Please wait a little.', {
      retry_after_seconds: Math.ceil(waitMs / 1000),
    });
  }

  private async count(key: string, { calls, seconds }: NonNullable<RateLimit>): Promise<number> {
    try {
      const left = await this.buckets.take(key, 1, { perSecond: calls / seconds, burst: calls }, 0);
      return Math.max(0, -left);
    } catch (cause) {
      throw new DomainError('NOT_READY', 'Redis does not answer. Please try again in a moment.', undefined, {
        cause,
      });
    }
  }
}
