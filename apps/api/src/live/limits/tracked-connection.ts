import type { CloseCode } from '../close-codes.js';
import type { Connection } from '../connection.js';
import type { Inbox } from '../serve-connection.js';
import type { ArrivalMeter } from './arrival-meter.js';
import type { Holding } from './overload-watch.js';

/** All that one connection holds. */
export class TrackedConnection implements Holding {
  constructor(
    readonly connection: Connection,
    private readonly inbox: Inbox,
    private readonly arrivals: ArrivalMeter,
  ) {}

  get userid(): string {
    return this.connection.person.userid;
  }

  get outgoing(): number {
    return this.connection.waitingBytes;
  }

  get shared(): readonly Buffer[] {
    return this.connection.sharedFrames;
  }

  get incoming(): number {
    return this.inbox.waitingBytes + this.arrivals.bytes;
  }

  get behindSince(): number | null {
    return this.connection.behindSince;
  }

  unfinishedSince(now: number): number | null {
    return this.arrivals.since(now);
  }

  close(code: CloseCode, reason: string): void {
    this.connection.close(code, reason);
  }
}
