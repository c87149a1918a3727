import { Logger } from '@nestjs/common';
import { buildServerFrame, type ServerMessage } from '#app/protocol';
import { WebSocket } from 'ws';
import type { SocketUser } from '../auth/upgrade-authenticator.js';

/** Bytes that may wait for a client that reads slower than it is written to. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** For a client that does not close its side. */
const CLOSE_WITHIN_MS = 500;

/** One client's WebSocket, with the person it belongs to. */
export class Connection {
  private readonly logger = new Logger('Connection');
  private readonly closing = new AbortController();

  constructor(
    private readonly socket: WebSocket,
    readonly person: SocketUser,
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

  /** @param code see https://www.rfc-editor.org/rfc/rfc6455#section-7.4 */
  close(code: number, reason: string): void {
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), CLOSE_WITHIN_MS).unref();
  }
}
