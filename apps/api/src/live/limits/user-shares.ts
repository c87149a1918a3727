import pLimit from 'p-limit';
import type { Turns } from '../connection.js';
import type { LiveLimitsConfig } from './live-limits.config.js';
import { Allowance } from './subscriptions.js';

/** What all connections of a person on this process share. */
export interface UserShare {
  readonly connections: Allowance;
  readonly subscriptions: Allowance;
  /** Collections that are open at once. */
  readonly collections: Turns;
  /** Other costly messages that are worked on at once. */
  readonly costly: Turns;
  /** Neither a connection nor any work is left. */
  readonly isOver: boolean;
}

type Limits = Pick<LiveLimitsConfig, 'wsUserConnections' | 'wsUserSubscriptions' | 'wsUserCostlyMessages'>;

/**
 * One share for each person with a connection, or with work under way that a connection has left behind: who comes again
 * meanwhile gets no new one.
 */
export class UserShares {
  private readonly shares = new Map<string, UserShare>();

  constructor(private readonly limits: Limits) {}

  /** @returns null when the person has as many connections as they may have */
  enter(userid: string): UserShare | null {
    const share = this.shares.get(userid) ?? this.open(userid);
    if (!share.connections.tryTake()) return null;
    this.shares.set(userid, share);
    return share;
  }

  leave(userid: string): void {
    this.shares.get(userid)?.connections.giveBack();
    this.forget(userid);
  }

  isKnown(userid: string): boolean {
    return this.shares.has(userid);
  }

  private forget(userid: string): void {
    if (this.shares.get(userid)?.isOver) this.shares.delete(userid);
  }

  private open(userid: string): UserShare {
    const { wsUserConnections, wsUserSubscriptions, wsUserCostlyMessages } = this.limits;
    const connections = new Allowance(wsUserConnections);
    let working = 0;
    const turns = (): Turns => {
      const limit = pLimit(wsUserCostlyMessages);
      return async (work) => {
        working += 1;
        try {
          return await limit(work);
        } finally {
          working -= 1;
          this.forget(userid);
        }
      };
    };
    return {
      connections,
      subscriptions: new Allowance(wsUserSubscriptions),
      collections: turns(),
      costly: turns(),
      get isOver() {
        return connections.isUnused && working === 0;
      },
    };
  }
}
