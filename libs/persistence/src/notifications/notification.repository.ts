import type { NotificationKind } from '#app/protocol';
import { clip } from '../database/clip.js';
import type { Database, Sql } from '../database/database.js';
import type { NewNotification, Notification, NotificationOrder } from './notification.js';
import {
  countNotifications,
  DELETE_READ_NOTIFICATIONS,
  FIND_NOTIFICATION,
  INSERT_NOTIFICATION,
  listNotifications,
  READ_NOTIFICATION,
  READ_NOTIFICATIONS,
} from './statements.js';

const LONGEST_MESSAGE = 1_000;

interface NotificationRow {
  id: number;
  userid: string;
  kind: NotificationKind;
  message: string;
  link: string | null;
  created_at: Date;
  read_at: Date | null;
}

const toNotification = (row: NotificationRow): Notification => ({
  id: row.id,
  userid: row.userid,
  kind: row.kind,
  message: row.message,
  link: row.link,
  createdAt: row.created_at,
  readAt: row.read_at,
});

/** Keeps a notification in the transaction of what it tells of; to be published once that is committed. */
export async function addNotification(
  sql: Sql,
  notification: NewNotification,
  now: Date,
): Promise<Notification> {
  const { userid, kind, link } = notification;
  const message = clip(notification.message, LONGEST_MESSAGE);
  const id = await sql.insert(INSERT_NOTIFICATION, [userid, kind, message, link, now]);
  return { id, userid, kind, message, link, createdAt: now, readAt: null };
}

export interface NotificationsQuery {
  userid: string;
  unread: boolean;
  /** `created_at` unless told. */
  sortby?: NotificationOrder;
  /** From 0. */
  page: number;
  size: number;
  asc: boolean;
}

/** What people were told, kept until a while after they read it. Another's is as good as none. */
export class NotificationRepository {
  constructor(private readonly database: Database) {}

  add(notification: NewNotification): Promise<Notification> {
    return addNotification(this.database, notification, new Date());
  }

  async list({ userid, unread, sortby = 'created_at', page, size, asc }: NotificationsQuery): Promise<{
    items: Notification[];
    total: number;
  }> {
    const [rows, [count]] = await Promise.all([
      this.database.rows<NotificationRow>(listNotifications({ unread, sortby, asc }), [
        userid,
        size,
        page * size,
      ]),
      this.database.rows<{ notifications: number }>(countNotifications(unread), [userid]),
    ]);
    return { items: rows.map(toNotification), total: count?.notifications ?? 0 };
  }

  async find(id: number, userid: string): Promise<Notification | null> {
    const [row] = await this.database.rows<NotificationRow>(FIND_NOTIFICATION, [id, userid]);
    return row ? toNotification(row) : null;
  }

  /** Doing it twice is doing it once. @returns null when the person has no such notification */
  async markRead(id: number, userid: string): Promise<Notification | null> {
    await this.database.change(READ_NOTIFICATION, [new Date(), id, userid]);
    return this.find(id, userid);
  }

  /** @returns how many were unread */
  markAllRead(userid: string): Promise<number> {
    return this.database.change(READ_NOTIFICATIONS, [new Date(), userid]);
  }

  /** @returns how many */
  deleteRead(before: Date, limit: number): Promise<number> {
    return this.database.change(DELETE_READ_NOTIFICATIONS, [before, limit]);
  }
}
