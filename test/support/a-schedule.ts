import type { ScheduleDraft } from '#app/persistence';

/** A collection that is looked at every hour. */
export const aSchedule = (members: Partial<ScheduleDraft> = {}): ScheduleDraft => ({
  name: 'Old town',
  kind: 'watch-collection',
  params: { handler: 'mapillary', collection: 'abc' },
  timing: {
    recurrence: { kind: 'cron', expression: '0 * * * *' },
    timeZone: 'UTC',
    days: { from: null, until: null },
    hours: null,
  },
  enabled: true,
  ...members,
});
