import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Headers of frames: nothing is said about a message by as few bytes. */
const INSIGNIFICANT = 16 * 1024;
/** A ping or pong is this much longer than its payload. */
const CONTROL_HEADER = 6;

/** How much of a message has come that has not come whole. */
export class ArrivalMeter {
  private mark: number;
  private seenAt: number | null = null;

  constructor(
    private readonly webSocket: WebSocket,
    private readonly socket: Pick<Socket, 'bytesRead'>,
  ) {
    this.mark = socket.bytesRead;
    const control = (payload: Buffer): void => {
      this.mark += payload.length + CONTROL_HEADER;
    };
    webSocket.on('ping', control);
    webSocket.on('pong', control);
    webSocket.on('message', () => {
      this.mark = socket.bytesRead;
      this.seenAt = null;
    });
  }

  /** Bytes of the message that is coming, headers included. */
  get bytes(): number {
    return Math.max(0, this.socket.bytesRead - this.mark);
  }

  /** To be asked about once a second. @returns when the message that is coming was seen first, or null without one */
  since(now: number): number | null {
    // While the server itself does not read on, the client is not to blame.
    if (this.bytes <= INSIGNIFICANT || this.webSocket.isPaused) this.seenAt = null;
    else this.seenAt ??= now;
    return this.seenAt;
  }
}
