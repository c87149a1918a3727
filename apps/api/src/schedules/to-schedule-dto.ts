import type { Schedule, ScheduleRun } from '#app/persistence';
import type { ScheduleDto, ScheduleRunDto } from './schedule.dto.js';

export const toScheduleDto = (schedule: Schedule): ScheduleDto => {
  const { recurrence, timeZone, days, hours } = schedule.timing;
  const { title, ...params } = schedule.params;
  return {
    id: schedule.id,
    name: schedule.name,
    kind: schedule.kind,
    params: { ...params, ...(typeof title === 'string' && { category: title }) },
    ...(recurrence.kind === 'cron'
      ? { cron: recurrence.expression }
      : { every_minutes: recurrence.everyMinutes }),
    time_zone: timeZone,
    ...(days.from !== null && { active_from: days.from }),
    ...(days.until !== null && { active_until: days.until }),
    ...(hours !== null && { hours_from: hours.from, hours_until: hours.until }),
    enabled: schedule.enabled,
    ...(schedule.nextSlotAt && { next_slot_at: schedule.nextSlotAt.toISOString() }),
    failures: schedule.failures,
    ...(schedule.disabledReason !== null && { disabled_reason: schedule.disabledReason }),
    ...(schedule.disabledAt && { disabled_at: schedule.disabledAt.toISOString() }),
    created_at: schedule.createdAt.toISOString(),
    updated_at: schedule.updatedAt.toISOString(),
  };
};

export const toRunDto = (run: ScheduleRun): ScheduleRunDto => ({
  id: run.id,
  slot_at: run.slotAt.toISOString(),
  manual: run.isManual,
  status: run.status,
  done: run.done,
  ...(run.total !== null && { total: run.total }),
  created_at: run.createdAt.toISOString(),
  ...(run.startedAt && { started_at: run.startedAt.toISOString() }),
  ...(run.endedAt && { ended_at: run.endedAt.toISOString() }),
  ...(run.error && { error: { error_code: run.error.code, error_msg: run.error.message } }),
});
