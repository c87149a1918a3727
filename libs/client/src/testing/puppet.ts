import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export interface Got {
  readonly type: string;
  readonly data?: unknown;
}

/** A server that says what a spec wants it to, right or wrong. */
export class Puppet {
  readonly http: Server = createServer((request, response) => {
    response.statusCode = request.url === '/auth/whoami' ? this.whoAmI : 404;
    response.end('{}');
  });
  readonly sockets = new WebSocketServer({ noServer: true, autoPong: true });
  readonly got: Got[] = [];
  readonly upgrades: IncomingMessage[] = [];
  whoAmI = 200;
  refuses = false;
  /** The answers to a message. */
  answer: (message: Got, socket: WebSocket) => unknown[] = () => [];

  async start(): Promise<void> {
    this.http.on('upgrade', (request, socket, head) => {
      this.upgrades.push(request);
      if (this.refuses) return void socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.serve(webSocket));
    });
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  say(...frames: unknown[]): void {
    for (const socket of this.sockets.clients)
      for (const frame of frames) socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Ends every connection. @param code absent: without a word */
  hangUp(code?: number, reason?: string): void {
    for (const socket of this.sockets.clients) {
      if (code === undefined) socket.terminate();
      else socket.close(code, reason);
    }
  }

  typesGot(): string[] {
    return this.got.map(({ type }) => type);
  }

  async stop(): Promise<void> {
    this.hangUp();
    this.sockets.close();
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, 'close');
  }

  private serve(socket: WebSocket): void {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Got;
      this.got.push(message);
      for (const answer of this.answer(message, socket)) socket.send(JSON.stringify(answer));
    });
  }
}
