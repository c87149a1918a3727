import pLimit, { type LimitFunction } from 'p-limit';
import type { LiveLimitsConfig } from './live-limits.config.js';
import { Allowance } from './subscriptions.js';

/** What all connections of a person on this process share. */
export interface UserShare {
  readonly connections: Allowance;
  readonly subscriptions: Allowance;
  /** Collections that are open at once. */
  readonly collections: LimitFunction;
  /** Other costly messages that are worked on at once. */
  readonly costly: LimitFunction;
}

type Limits = Pick<LiveLimitsConfig, 'wsUserConnections' | 'wsUserSubscriptions' | 'wsUserCostlyMessages'>;

/** One share for each person with a connection. */
export class UserShares {
  private readonly shares = new Map<string, UserShare>();

  constructor(private readonly limits: Limits) {}

  /** @returns null when the person has as many connections as they may have */
  enter(userid: string): UserShare | null {
    const share = this.shares.get(userid) ?? this.open();
    if (!share.connections.tryTake()) return null;
    this.shares.set(userid, share);
    return share;
  }

  leave(userid: string): void {
    const share = this.shares.get(userid);
    share?.connections.giveBack();
    if (share?.connections.isUnused) this.shares.delete(userid);
  }

  private open(): UserShare {
    const { wsUserConnections, wsUserSubscriptions, wsUserCostlyMessages } = this.limits;
    return {
      connections: new Allowance(wsUserConnections),
      subscriptions: new Allowance(wsUserSubscriptions),
      collections: pLimit(wsUserCostlyMessages),
      costly: pLimit(wsUserCostlyMessages),
    };
  }
}
