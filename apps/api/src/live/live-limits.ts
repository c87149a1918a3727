import type { IncomingMessage } from 'node:http';
import { SharedBuckets } from '#app/persistence';
import { Injectable } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { ApiConfig } from '../api.config.js';
import type { SocketUser } from '../auth/upgrade-authenticator.js';
import { addressOf } from '../http/client-address.js';
import { LiveMetrics } from '../monitoring/live-metrics.js';
import { Connection } from './connection.js';
import { Admission, type Admitted } from './limits/admission.js';
import { MessagePace, type Pace } from './limits/message-pace.js';
import { OverloadWatch } from './limits/overload-watch.js';
import { Subscriptions } from './limits/subscriptions.js';
import { TrackedConnection } from './limits/tracked-connection.js';

/** Everything that keeps one client, person or address from having all of the WebSocket. */
@Injectable()
export class LiveLimits {
  private readonly admission: Admission;
  private readonly pace: MessagePace;
  private readonly overload: OverloadWatch;
  private readonly tracked = new Map<Connection, TrackedConnection>();

  constructor(
    private readonly config: ApiConfig,
    buckets: SharedBuckets,
    private readonly metrics: LiveMetrics,
  ) {
    this.admission = new Admission(config);
    this.pace = new MessagePace(config, buckets);
    this.overload = new OverloadWatch({
      slowMs: config.wsSlowSeconds * 1_000,
      memoryBytes: config.wsMemoryBytes,
    });
  }

  /** Counts the attempt and runs what decides about it. @throws DomainError RATE_LIMITED or OVERLOADED */
  attempt<T>(request: IncomingMessage, decide: () => Promise<T>): Promise<T> {
    return this.admission.attempt(this.addressOf(request), decide);
  }

  /** A place for one more connection of the person. @throws DomainError RATE_LIMITED or OVERLOADED */
  enter(request: IncomingMessage, person: SocketUser): Admitted {
    return this.admission.enter(person.userid, this.addressOf(request));
  }

  /** The connection that has this place. */
  connect(socket: WebSocket, person: SocketUser, { share }: Admitted): Connection {
    const subscriptions = new Subscriptions(this.config.wsConnectionSubscriptions, share.subscriptions);
    const connection = new Connection(socket, person, {
      slowBytes: this.config.wsSlowBytes,
      subscriptions,
      frames: this.metrics,
      collections: (work) => share.collections(work),
      costly: (work) => share.costly(work),
    });
    this.metrics.follow(socket, subscriptions);
    socket.once('close', () => {
      this.tracked.delete(connection);
      subscriptions.releaseAll();
    });
    return connection;
  }

  /** What the connection waits for before each message. */
  paceOf({ person }: Connection): Pace {
    return this.pace.begin(person.userid);
  }

  /** Has the connection ended when it is too slow or holds too much. */
  watch(tracked: TrackedConnection): void {
    this.tracked.set(tracked.connection, tracked);
  }

  /** To be called about once a second. */
  look(): void {
    this.overload.look(this.tracked.values());
  }

  private addressOf(request: IncomingMessage): string {
    return addressOf(request, this.config.trustProxy);
  }
}
