import { DomainError } from '#app/protocol';
import type { LiveLimitsConfig } from './live-limits.config.js';
import { Allowance } from './subscriptions.js';
import { TokenBucket } from './token-bucket.js';
import { UserShares, type UserShare } from './user-shares.js';

/** Addresses that are remembered; those with nothing to remember are forgotten first. */
const MOST_ADDRESSES = 20_000;
const RETRY_AFTER_SECONDS = 5;

interface Address {
  readonly upgrades: TokenBucket;
  readonly connections: Allowance;
}

export interface Admitted {
  readonly share: UserShare;
  /** To be called once, when the connection is gone. */
  leave(): void;
}

const tooMany = (message: string): DomainError =>
  new DomainError('RATE_LIMITED', message, { retry_after_seconds: RETRY_AFTER_SECONDS });

const overloaded = (): DomainError =>
  new DomainError('OVERLOADED', 'This server has too many connections just now. Please try again.', {
    retry_after_seconds: RETRY_AFTER_SECONDS,
  });

/** Who may still open a WebSocket on this process. */
export class Admission {
  private readonly addresses = new Map<string, Address>();
  private readonly users: UserShares;
  private readonly all: Allowance;
  private readonly pending: Allowance;

  constructor(private readonly limits: LiveLimitsConfig) {
    this.users = new UserShares(limits);
    this.all = new Allowance(limits.wsMaxConnections);
    this.pending = new Allowance(limits.wsPendingUpgrades);
  }

  /**
   * Counts an attempt, before anything costly is done about it, and runs what decides about it.
   * @throws DomainError RATE_LIMITED or OVERLOADED, and what `decide` throws
   */
  async attempt<T>(address: string, decide: () => Promise<T>): Promise<T> {
    if (!this.of(address).upgrades.tryTake()) {
      throw tooMany('Too many attempts to connect from this address. Please wait a moment.');
    }
    if (!this.pending.tryTake()) throw overloaded();
    try {
      return await decide();
    } finally {
      this.pending.giveBack();
    }
  }

  /** @throws DomainError RATE_LIMITED when the person or the address has too many, OVERLOADED when the process has */
  enter(userid: string, address: string): Admitted {
    const { connections } = this.of(address);
    if (!this.all.tryTake()) throw overloaded();
    if (!connections.tryTake()) {
      this.all.giveBack();
      throw tooMany('There are too many connections from this address.');
    }
    const share = this.users.enter(userid);
    const leave = (): void => {
      connections.giveBack();
      this.all.giveBack();
    };
    if (share === null) {
      leave();
      throw tooMany('You have too many connections open. Please close other pages.');
    }
    return {
      share,
      leave: () => {
        leave();
        this.users.leave(userid);
      },
    };
  }

  get knownAddresses(): number {
    return this.addresses.size;
  }

  private of(address: string): Address {
    const known = this.addresses.get(address);
    if (known !== undefined) return known;
    if (this.addresses.size >= MOST_ADDRESSES) this.forget();
    const fresh = {
      upgrades: new TokenBucket({
        perSecond: this.limits.wsAddressUpgradesPerSecond,
        burst: this.limits.wsAddressUpgradesBurst,
      }),
      connections: new Allowance(this.limits.wsAddressConnections),
    };
    this.addresses.set(address, fresh);
    return fresh;
  }

  /** Makes room: what has nothing to remember, then the oldest without a connection. */
  private forget(): void {
    for (const [address, { upgrades, connections }] of this.addresses) {
      if (connections.isUnused && upgrades.isFull) this.addresses.delete(address);
    }
    for (const [address, { connections }] of this.addresses) {
      if (this.addresses.size < MOST_ADDRESSES) return;
      if (connections.isUnused) this.addresses.delete(address);
    }
  }
}
