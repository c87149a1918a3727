/** When a schedule runs: at the moments a cron expression names, or every so many minutes since `anchor`. */
export type Recurrence =
  { kind: 'cron'; expression: string } | { kind: 'interval'; everyMinutes: number; anchor: Date };

/** Days are those of the zone, as `YYYY-MM-DD`, both inclusive. */
export interface ActiveDays {
  from: string | null;
  until: string | null;
}

/** Hours of the day in the zone: `from` inclusive, 0…23, `until` exclusive, 1…24; over midnight when `from` is not smaller. */
export interface ActiveHours {
  from: number;
  until: number;
}

export interface Timing {
  recurrence: Recurrence;
  /** IANA name, e.g. Europe/Berlin. */
  timeZone: string;
  days: ActiveDays;
  /** Null: all day. */
  hours: ActiveHours | null;
}
