import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { LiveUpdates, NotificationRepository, toNotificationItem } from '#app/persistence';
import type { Connection } from '../live/connection.js';

/** Told at once; whoever has more unread ones finds them by REST. */
const AT_ONCE = 100;

const TOPIC = 'notifications';

/** One person on this process. */
interface Audience {
  /** With the ids of what each was told. */
  readonly members: Map<Connection, Set<number>>;
  /** Looks follow each other, so that nobody is told anything twice. */
  turn: Promise<void>;
}

/** Who watches their notifications on this process. */
@Injectable()
export class NotificationWatchers implements OnModuleInit {
  private readonly logger = new Logger(NotificationWatchers.name);
  private readonly audiences = new Map<string, Audience>();

  constructor(
    private readonly notifications: NotificationRepository,
    private readonly live: LiveUpdates,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.live.subscribe({
      onNotification: (userid) => this.noteChange(userid),
      onReconnect: () => {
        for (const userid of this.audiences.keys()) this.noteChange(userid);
      },
    });
  }

  /** Tells what the person has not read, oldest first, and then what is new. Doing it twice is doing it once. */
  async watch(connection: Connection): Promise<void> {
    const { userid } = connection.person;
    connection.subscriptions.claim(TOPIC);
    const audience = this.audiences.get(userid) ?? { members: new Map(), turn: Promise.resolve() };
    this.audiences.set(userid, audience);
    if (!audience.members.has(connection)) audience.members.set(connection, new Set());
    try {
      await this.live.watchNotifications(userid);
      await this.lookNext(userid, audience);
    } catch (error) {
      this.leave(connection);
      throw error;
    }
  }

  leave(connection: Connection): void {
    connection.subscriptions.release(TOPIC);
    const { userid } = connection.person;
    const audience = this.audiences.get(userid);
    if (!audience?.members.delete(connection) || audience.members.size > 0) return;
    this.audiences.delete(userid);
    this.live.unwatchNotifications(userid).catch((error: unknown) => {
      this.logger.warn({ message: 'A subscription could not be ended', userid, error: String(error) });
    });
  }

  private noteChange(userid: string): void {
    const audience = this.audiences.get(userid);
    if (!audience) return;
    this.lookNext(userid, audience).catch((error: unknown) => {
      this.logger.warn({ message: 'Notifications could not be told', userid, error: String(error) });
    });
  }

  private lookNext(userid: string, audience: Audience): Promise<void> {
    const look = audience.turn.then(() => this.look(userid, audience));
    audience.turn = look.catch(() => {
      // Whoever asked for the look is told.
    });
    return look;
  }

  private async look(userid: string, { members }: Audience): Promise<void> {
    const query = { userid, unread: true, page: 0, size: AT_ONCE, asc: false };
    const { items } = await this.notifications.list(query);
    for (const notification of items.reverse()) {
      for (const [connection, told] of members) {
        if (told.has(notification.id)) continue;
        told.add(notification.id);
        connection.send({ type: 'NOTIFICATION', data: toNotificationItem(notification) });
      }
    }
  }
}
