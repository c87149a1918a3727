import { Logger } from '@nestjs/common';
import { CLOSE_CODES, type CloseCode } from '../close-codes.js';

/** What a connection holds, as far as this needs to know. */
export interface Holding {
  readonly userid: string;
  /** Bytes on their way to the client. */
  readonly outgoing: number;
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
    let bytes = connections.reduce((sum, connection) => sum + bytesOf(connection), 0);
    if (bytes <= this.limits.memoryBytes) return;
    for (const connection of connections.toSorted((a, b) => bytesOf(b) - bytesOf(a))) {
      if (bytes <= this.limits.memoryBytes) return;
      bytes -= bytesOf(connection);
      this.end(connection, 'The server is short of memory');
    }
  }

  private end(connection: Holding, reason: string): void {
    this.logger.warn({ message: `Ended a connection: ${reason}`, userid: connection.userid });
    connection.close(CLOSE_CODES.tryAgainLater, reason);
  }
}
