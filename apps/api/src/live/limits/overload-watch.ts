import { Logger } from '@nestjs/common';
import { CLOSE_CODES, type CloseCode } from '../close-codes.js';

/** What a connection holds, as far as this needs to know. */
export interface Holding {
  readonly userid: string;
  /** Bytes on their way to the client. */
  readonly outgoing: number;
  /** Frames among them that others may hold as well. */
  readonly shared: readonly Uint8Array[];
  /** Bytes of messages that came but were not answered, and of one that is still coming. */
  readonly incoming: number;
  /** Since when the client reads too little (`performance.now()`), or null. */
  readonly behindSince: number | null;
  /** Since when a message is coming that has not come whole, or null. */
  unfinishedSince(now: number): number | null;
  close(code: CloseCode, reason: string): void;
}

export interface OverloadLimits {
  readonly slowMs: number;
  readonly memoryBytes: number;
}

const bytesOf = ({ outgoing, incoming }: Holding): number => outgoing + incoming;

const ownBytesOf = (connection: Holding): number =>
  Math.max(0, bytesOf(connection) - connection.shared.reduce((sum, { byteLength }) => sum + byteLength, 0));

/** Ends connections that stay too slow, and, where all together hold too much, those that hold most. */
export class OverloadWatch {
  private readonly logger = new Logger(OverloadWatch.name);

  constructor(private readonly limits: OverloadLimits) {}

  look(connections: Iterable<Holding>, now = performance.now()): void {
    const isSlow = (since: number | null): boolean => since !== null && now - since >= this.limits.slowMs;
    const kept: Holding[] = [];
    for (const connection of connections) {
      if (isSlow(connection.behindSince)) this.end(connection, 'You read too slowly');
      else if (isSlow(connection.unfinishedSince(now)))
        this.end(connection, 'A message did not come to its end');
      else kept.push(connection);
    }
    this.relieve(kept);
  }

  private relieve(connections: readonly Holding[]): void {
    const memory = new Memory(connections);
    if (memory.bytes <= this.limits.memoryBytes) return;
    for (const connection of connections.toSorted((a, b) => bytesOf(b) - bytesOf(a))) {
      if (memory.bytes <= this.limits.memoryBytes) return;
      memory.give(connection);
      this.end(connection, 'The server is short of memory');
    }
  }

  private end(connection: Holding, reason: string): void {
    this.logger.warn({ message: `Ended a connection: ${reason}`, userid: connection.userid });
    connection.close(CLOSE_CODES.tryAgainLater, reason);
  }
}

/** What connections hold together. A frame that several of them are sent counts once, until the last has let go of it. */
class Memory {
  bytes = 0;
  private readonly holders = new Map<Uint8Array, number>();

  constructor(connections: readonly Holding[]) {
    for (const connection of connections) {
      this.bytes += ownBytesOf(connection);
      for (const frame of new Set(connection.shared)) {
        const holders = this.holders.get(frame) ?? 0;
        if (holders === 0) this.bytes += frame.byteLength;
        this.holders.set(frame, holders + 1);
      }
    }
  }

  give(connection: Holding): void {
    this.bytes -= ownBytesOf(connection);
    for (const frame of new Set(connection.shared)) {
      const holders = (this.holders.get(frame) ?? 0) - 1;
      if (holders === 0) this.bytes -= frame.byteLength;
      this.holders.set(frame, holders);
    }
  }
}
