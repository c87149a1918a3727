import type { NotificationItem, NotificationKind } from '#app/protocol';

export interface NewNotification {
  userid: string;
  kind: NotificationKind;
  /** At most 1000 characters. */
  message: string;
  /** At most 2000 characters. */
  link: string | null;
}

export interface Notification extends NewNotification {
  id: number;
  createdAt: Date;
  /** When the person said that they have read it. */
  readAt: Date | null;
}

export const toNotificationItem = ({
  id,
  kind,
  message,
  createdAt,
  link,
}: Notification): NotificationItem => ({
  id,
  kind,
  message,
  created_at: createdAt.toISOString(),
  ...(link !== null && { link }),
});

export const NOTIFICATION_ORDERS = ['created_at', 'kind'] as const;
export type NotificationOrder = (typeof NOTIFICATION_ORDERS)[number];
