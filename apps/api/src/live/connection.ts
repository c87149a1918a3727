import { Logger } from '@nestjs/common';
import { buildServerFrame, type ServerMessage } from '#app/protocol';
import { WebSocket } from 'ws';
import type { SignedInUser } from '../auth/signed-in-user.js';

/** Bytes that may wait for a client that reads slower than it is written to. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** One client's WebSocket, with the person it belongs to. */
export class Connection {
  private readonly logger = new Logger('Connection');
  private readonly closing = new AbortController();

  constructor(
    private readonly socket: WebSocket,
    readonly person: SignedInUser,
  ) {
    socket.once('close', () => this.closing.abort());
  }

  /** Aborted when the socket closes: work done for this client alone should end with it. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  send(message: ServerMessage): void {
    this.sendFrame(buildServerFrame(message));
  }

  /** @param frame one text frame, encoded once where many connections get the same */
  sendFrame(frame: string | Buffer): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_WAITING_BYTES) {
      this.logger.warn(
        `Dropped a connection of user ${this.person.userid}: it does not read what it is sent`,
      );
      this.socket.terminate();
      return;
    }
    this.socket.send(frame, { binary: false });
  }
}
