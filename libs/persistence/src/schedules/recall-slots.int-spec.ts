import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aSchedule } from '../../../../test/support/a-schedule.js';
import { aUser } from '../../../../test/support/an-upload.js';
import { openTestDatabase, type OpenTestDatabase } from '../../../../test/support/databases.js';
import type { Schedule, ScheduleDraft } from './schedule.js';
import { ScheduleRepository } from './schedule.repository.js';

const START = new Date('2026-05-01T12:00:30Z');
const at = (time: string): Date => new Date(`2026-05-01T${time}Z`);
/** A clock that is a year ahead. */
const AHEAD = new Date('2027-05-01T12:10:00Z');

describe('schedules, when clocks jump ahead and back', () => {
  let opened: OpenTestDatabase;
  let schedules: ScheduleRepository;
  let userid: string;

  beforeAll(async () => {
    opened = await openTestDatabase();
    schedules = new ScheduleRepository(opened.database);
  });

  afterAll(() => opened.drop());

  beforeEach(async () => {
    await opened.database.change('DELETE FROM schedules');
    ({ userid } = await aUser(opened.database));
  });

  const create = (members: Partial<ScheduleDraft> = {}, now = START): Promise<Schedule> =>
    schedules.create(userid, aSchedule(members), now);
  /** As the clock of schedules does it. */
  const turn = async (now: Date): Promise<number> => {
    await schedules.recall({ now, limit: 50 });
    return (await schedules.scan({ now, limit: 50 })).runs;
  };
  const nextOf = async ({ id }: Schedule) => (await schedules.find(id, userid))?.nextSlotAt;
  const slotsOf = async ({ id: scheduleId }: Schedule): Promise<string[]> => {
    const runs = await schedules.listRuns({ scheduleId, sortby: 'slot_at', page: 0, size: 100, asc: true });
    return runs.items.map(({ slotAt }) => slotAt.toISOString().slice(0, 16));
  };

  it('go on at once with the slots of the right time', async () => {
    const schedule = await create();
    expect(await turn(AHEAD)).toBe(1);
    expect(await nextOf(schedule)).toEqual(new Date('2027-05-01T13:00:00Z'));
    expect(await turn(at('12:30:00'))).toBe(0);
    expect(await nextOf(schedule)).toEqual(at('13:00:00'));
    expect(await turn(at('13:00:00'))).toBe(1);
    expect(await turn(at('14:00:00'))).toBe(1);
    expect(await slotsOf(schedule)).toEqual(['2026-05-01T13:00', '2026-05-01T14:00', '2027-05-01T12:00']);
  });

  it('give a slot that had its run while the clock was ahead no other', async () => {
    const schedule = await create();
    expect(await turn(at('13:10:00'))).toBe(1);
    expect(await turn(at('12:01:00'))).toBe(0);
    expect(await nextOf(schedule)).toEqual(at('13:00:00'));
    expect(await turn(at('13:00:00'))).toBe(0);
    expect(await turn(at('14:00:00'))).toBe(1);
    expect(await slotsOf(schedule)).toEqual(['2026-05-01T13:00', '2026-05-01T14:00']);
  });

  it('begin with an interval that was made, or changed, while the clock was ahead', async () => {
    const timing = { ...aSchedule().timing, recurrence: { kind: 'interval', everyMinutes: 30 } } as const;
    const made = await create({ timing }, AHEAD);
    const changed = await create({ timing });
    await schedules.replace(changed.id, userid, aSchedule({ timing }), AHEAD);
    expect(await turn(at('12:20:00'))).toBe(0);
    expect(await nextOf(made)).toEqual(at('12:40:00'));
    expect(await nextOf(changed)).toEqual(at('12:30:30'));
  });

  it('stay as they are where clocks merely differ a little', async () => {
    const schedule = await create();
    expect(await turn(at('13:02:00'))).toBe(1);
    expect(await turn(at('12:58:00'))).toBe(0);
    expect(await nextOf(schedule)).toEqual(at('14:00:00'));
  });

  it('are disabled if they cannot be read any more, and hold up no other', async () => {
    const [broken, sound] = [await create(), await create()];
    await turn(AHEAD);
    await opened.database.change("UPDATE schedules SET time_zone = 'Europe/Atlantis' WHERE id = ?", [
      broken.id,
    ]);
    await turn(at('12:30:00'));
    expect(await schedules.find(broken.id, userid)).toMatchObject({ enabled: false });
    expect(await nextOf(sound)).toEqual(at('13:00:00'));
  });

  it('take back a run whose picker has died while the clock was ahead', async () => {
    await create();
    await turn(AHEAD);
    expect(await schedules.pick({ now: AHEAD, limit: 20 })).toHaveLength(1);
    expect(await schedules.requeueLost(AHEAD, 60_000)).toBe(0);
    expect(await schedules.requeueLost(at('12:30:00'), 60_000)).toBe(1);
    expect(await schedules.pick({ now: at('12:30:00'), limit: 20 })).toHaveLength(1);
  });
});
