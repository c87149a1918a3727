import type { Connection } from './connection.js';

/** Something that connections watch. */
export interface Watched {
  /** Resolved once it can be shown; rejected when it cannot be watched. */
  readonly loaded: Promise<void>;
  leave(connection: Connection): void;
  /** Nobody watches it any more. */
  close(): void;
}

/**
 * Who watches what on this process, one thing a connection. A thing is opened for its first watcher and closed after its
 * last one.
 */
export class Audiences<Thing extends Watched> {
  private readonly things = new Map<number, { readonly thing: Thing; readonly members: Set<Connection> }>();
  private readonly idOf = new Map<Connection, number>();

  /** @param topic what kind of thing this is: one of it counts towards what a connection may watch */
  constructor(
    private readonly topic: string,
    private readonly open: (id: number) => Thing,
  ) {}

  /**
   * Watches this in place of what the connection watched before.
   * @returns null when the connection turned away meanwhile
   * @throws DomainError RATE_LIMITED when the connection watches enough, or what kept the thing from being loaded
   */
  async join(connection: Connection, id: number): Promise<Thing | null> {
    this.leave(connection);
    connection.subscriptions.claim(this.topic);
    const audience = this.things.get(id) ?? { thing: this.open(id), members: new Set() };
    this.things.set(id, audience);
    audience.members.add(connection);
    this.idOf.set(connection, id);
    try {
      await audience.thing.loaded;
    } catch (error) {
      if (audience.members.has(connection)) this.leave(connection);
      throw error;
    }
    return audience.members.has(connection) ? audience.thing : null;
  }

  leave(connection: Connection): void {
    const id = this.idOf.get(connection);
    const audience = id === undefined ? undefined : this.things.get(id);
    if (id === undefined || audience === undefined) return;
    this.idOf.delete(connection);
    connection.subscriptions.release(this.topic);
    audience.members.delete(connection);
    audience.thing.leave(connection);
    if (audience.members.size > 0) return;
    this.things.delete(id);
    audience.thing.close();
  }

  find(id: number): Thing | undefined {
    return this.things.get(id)?.thing;
  }

  /** Everything that anybody watches. */
  list(): Thing[] {
    return [...this.things.values()].map(({ thing }) => thing);
  }
}
