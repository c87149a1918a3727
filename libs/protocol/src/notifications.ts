/** What people are told of, whether they look or not. */
export const NOTIFICATION_KINDS = [
  'batch-finished',
  'sign-in-needed',
  'schedule-disabled',
  'new-images',
  'quota-near',
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** As people see it. */
export interface NotificationItem {
  id: number;
  kind: NotificationKind;
  /** Fit to show. */
  message: string;
  /** ISO 8601 in UTC. */
  created_at: string;
  /** Where to look. */
  link?: string;
}
