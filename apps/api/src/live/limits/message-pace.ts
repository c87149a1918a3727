import { setTimeout as sleep } from 'node:timers/promises';
import type { SharedBuckets } from '#app/persistence';
import { Logger } from '@nestjs/common';
import type { LiveLimitsConfig } from './live-limits.config.js';
import { TokenBucket, type BucketSize } from './token-bucket.js';

/** A message counts for more the more there is to read. */
const BYTES_OF_ONE = 64 * 1024;
/** Who would have to wait longer for all their connections together is refused. */
const LONGEST_WAIT_MS = 5_000;
/** For which Redis is not asked after it did not answer: each question would hold up a message. */
const REST_MS = 5_000;

export type Pace = (bytes: number, closed: AbortSignal) => Promise<{ refusedForMs: number }>;

type Limits = Pick<
  LiveLimitsConfig,
  'wsMessagesPerSecond' | 'wsMessagesBurst' | 'wsUserMessagesPerSecond' | 'wsUserMessagesBurst'
>;

/** How fast the messages of connections are taken. */
export class MessagePace {
  private readonly logger = new Logger(MessagePace.name);
  private readonly ofUser: BucketSize;
  private restsUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly limits: Limits,
    private readonly buckets: Pick<SharedBuckets, 'take'>,
  ) {
    this.ofUser = { perSecond: limits.wsUserMessagesPerSecond, burst: limits.wsUserMessagesBurst };
  }

  /**
   * What a new connection waits for before each message: until its own rate allows it, and that of all connections of the
   * person, which all processes count together. Without Redis only the connection's own rate holds.
   */
  begin(userid: string): Pace {
    const { wsMessagesPerSecond: perSecond, wsMessagesBurst: burst } = this.limits;
    const own = new TokenBucket({ perSecond, burst });
    return async (bytes, closed) => {
      const cost = 1 + Math.floor(bytes / BYTES_OF_ONE);
      const waitMs = own.take(cost);
      const sharedMs = await this.takeShared(userid, cost);
      await pause(Math.max(waitMs, sharedMs), closed);
      return { refusedForMs: sharedMs < 0 ? -sharedMs : 0 };
    };
  }

  /** @returns milliseconds to wait; negative: refused, and for how long */
  private async takeShared(userid: string, cost: number): Promise<number> {
    if (performance.now() < this.restsUntil) return 0;
    try {
      return await this.buckets.take(`messages:${userid}`, cost, this.ofUser, LONGEST_WAIT_MS);
    } catch (error) {
      this.logger.warn(`Messages are counted by connection alone for a while: ${String(error)}`);
      this.restsUntil = performance.now() + REST_MS;
      return 0;
    }
  }
}

async function pause(ms: number, closed: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  await sleep(ms, undefined, { signal: closed }).catch((error: unknown) => {
    if (!closed.aborted) throw error;
  });
}
