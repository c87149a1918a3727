import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '#app/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import { ApiConfig } from '../api.config.js';
import { UpgradeAuthenticator, type SocketUser } from '../auth/upgrade-authenticator.js';
import { isAllowedOrigin } from '../http/allowed-origin.js';
import { Draining } from '../shutdown/draining.js';
import { CLOSE_CODES } from './close-codes.js';
import type { Connection } from './connection.js';
import { keepAlive } from './keep-alive.js';
import type { Admitted } from './limits/admission.js';
import { ArrivalMeter } from './limits/arrival-meter.js';
import { TrackedConnection } from './limits/tracked-connection.js';
import { LiveLimits } from './live-limits.js';
import { MessageRouter } from './message-router.js';
import { refuseUpgrade } from './refuse-upgrade.js';
import { serveConnection } from './serve-connection.js';

const PATH = '/ws';
/** Fragments of one message, and pieces that wait to become one: many tiny ones cost more than their bytes. */
const MAX_FRAGMENTS = 1_024;
const MAX_BUFFERED_CHUNKS = 65_536;
const OVERLOAD_CHECK_INTERVAL_MS = 1_000;
const SESSION_CHECK_INTERVAL_MS = 60_000;

/** The WebSocket's edge: decides about upgrades and hands the frames of each connection to the router. */
@Injectable()
export class LiveGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LiveGateway.name);
  private readonly server: WebSocketServer;
  private readonly connections = new Set<Connection>();
  private isEnding = false;
  private stopPinging: () => void = () => undefined;
  private checks: NodeJS.Timeout[] = [];

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly config: ApiConfig,
    private readonly authenticator: UpgradeAuthenticator,
    private readonly router: MessageRouter,
    private readonly draining: Draining,
    private readonly limits: LiveLimits,
  ) {
    this.server = new WebSocketServer({
      noServer: true,
      maxPayload: config.wsMaxFrameBytes,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      // A few bytes would unpack to a message of any size, and each connection would hold memory for it.
      perMessageDeflate: false,
    });
  }

  onApplicationBootstrap(): void {
    const httpServer = this.adapterHost.httpAdapter.getHttpServer() as Server;
    httpServer.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', (error) => this.logger.debug(`Upgrade: ${error.message}`));
      this.upgrade(request, socket, head).catch((error: unknown) => {
        if (!(error instanceof DomainError))
          this.logger.error(`Could not decide about an upgrade: ${String(error)}`);
        refuseUpgrade(socket, error);
      });
    });
    this.draining.onceClosed(() => this.finish());
    this.stopPinging = keepAlive(this.server.clients, this.config.wsPingSeconds * 1_000);
    this.checks = [
      setInterval(() => this.checkSessions(), SESSION_CHECK_INTERVAL_MS).unref(),
      setInterval(() => this.limits.look(), OVERLOAD_CHECK_INTERVAL_MS).unref(),
    ];
  }

  beforeApplicationShutdown(): void {
    this.stopPinging();
    for (const check of this.checks) clearInterval(check);
    for (const connection of this.connections) connection.close(CLOSE_CODES.goingAway, 'The server restarts');
  }

  /** Answers what clients have asked, then sends them to another process. */
  private async finish(): Promise<void> {
    this.isEnding = true;
    await Promise.all(
      [...this.connections].map(async (connection) => {
        await connection.whenAnswered();
        connection.close(CLOSE_CODES.goingAway, 'The server restarts');
      }),
    );
  }

  /** Closes what a session opened. @param session its hash, or null for all of the person's sessions */
  endSession({ userid, session }: { userid: string; session: string | null }): void {
    for (const connection of this.connections) {
      const { person } = connection;
      if (person.userid !== userid || (session !== null && person.sessionHash !== session)) continue;
      connection.close(CLOSE_CODES.policyViolation, 'The session has ended');
    }
  }

  /** Closes what was opened by sessions that ran out, or whose end was announced while nobody listened here. */
  checkSessions(): void {
    const people = new Map([...this.connections].map(({ person }) => [person.sessionHash, person]));
    void this.closeEnded([...people.values()]);
  }

  /** One that cannot be looked up stays for now, and keeps none of the others. */
  private async closeEnded(people: readonly SocketUser[]): Promise<void> {
    for (const person of people) {
      const { userid, sessionHash: session } = person;
      try {
        if (!(await this.authenticator.isAlive(person))) this.endSession({ userid, session });
      } catch (error) {
        this.logger.warn({ message: 'Could not check a session', userid, error: String(error) });
      }
    }
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { origin } = request.headers;
    if (request.url?.split('?')[0] !== PATH) {
      return refuseUpgrade(socket, new DomainError('NOT_FOUND', 'There is no WebSocket at this address.'));
    }
    if (!isAllowedOrigin(origin, this.config.publicUrl, this.config.allowedOrigins)) {
      return refuseUpgrade(socket, new DomainError('FORBIDDEN', 'This origin may not open the WebSocket.'));
    }
    const person = await this.limits.attempt(request, () => this.authenticator.authenticate(request));
    if (person === null) {
      return refuseUpgrade(socket, new DomainError('UNAUTHENTICATED', 'Please sign in first.'));
    }
    if (socket.destroyed) return;
    const admitted = this.limits.enter(request, person);
    socket.once('close', () => admitted.leave());
    this.server.handleUpgrade(request, socket, head, (webSocket) =>
      this.serve(webSocket, person, { admitted, arrivals: new ArrivalMeter(webSocket, request.socket) }),
    );
  }

  private serve(
    socket: WebSocket,
    person: SocketUser,
    { admitted, arrivals }: { admitted: Admitted; arrivals: ArrivalMeter },
  ): void {
    const connection = this.limits.connect(socket, person, admitted);
    socket.on('error', (error) => this.logger.debug(`Connection of user ${person.userid}: ${error.message}`));
    this.connections.add(connection);
    socket.once('close', () => {
      this.connections.delete(connection);
      this.router.release(connection);
    });
    if (this.isEnding) return connection.close(CLOSE_CODES.goingAway, 'The server restarts');
    const pace = this.limits.paceOf(connection);
    const inbox = serveConnection(socket, connection, this.router, pace);
    this.limits.watch(new TrackedConnection(connection, inbox, arrivals));
    // The session's end may have been announced since it was looked up, when there was nothing here to close.
    void this.closeEnded([person]);
  }
}
