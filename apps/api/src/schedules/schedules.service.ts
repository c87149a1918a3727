import { Injectable, Logger } from '@nestjs/common';
import {
  JobRepository,
  LiveUpdates,
  PresetRepository,
  ScheduleRepository,
  type JobData,
  type Schedule,
  type ScheduleDraft,
  type ScheduleRun,
} from '#app/persistence';
import { ADMIN_SCHEDULE_KINDS, DomainError, findTitleTemplateProblem } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { readParams } from './read-params.js';
import { invalid, readTiming } from './read-timing.js';
import type { RunsQuery, SchedulesQuery, WriteScheduleDto } from './schedule.dto.js';

const notFound = (id: number): DomainError =>
  new DomainError('SCHEDULE_NOT_FOUND', `You have no schedule ${id}.`);

/** People's schedules; each sees their own. */
@Injectable()
export class Schedules {
  private readonly logger = new Logger(Schedules.name);

  constructor(
    private readonly schedules: ScheduleRepository,
    private readonly presets: PresetRepository,
    private readonly jobs: JobRepository,
    private readonly live: LiveUpdates,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, FORBIDDEN for what only administrators may have done, SCHEDULE_CONFLICT */
  async create(user: SignedInUser, dto: WriteScheduleDto): Promise<Schedule> {
    const now = new Date();
    return this.schedules.create(user.userid, await this.read(user, dto, now), now);
  }

  /** It begins anew. @throws DomainError SCHEDULE_NOT_FOUND, VALIDATION_FAILED, FORBIDDEN */
  async replace(user: SignedInUser, id: number, dto: WriteScheduleDto): Promise<Schedule> {
    await this.get(user, id);
    const now = new Date();
    const replaced = await this.schedules.replace(id, user.userid, await this.read(user, dto, now), now);
    if (replaced === null) throw notFound(id);
    return replaced;
  }

  /** @throws DomainError SCHEDULE_NOT_FOUND */
  async get({ userid }: SignedInUser, id: number): Promise<Schedule> {
    const found = await this.schedules.find(id, userid);
    if (found === null) throw notFound(id);
    return found;
  }

  list(
    { userid }: SignedInUser,
    { sortby, page, size, asc }: SchedulesQuery,
  ): ReturnType<ScheduleRepository['list']> {
    return this.schedules.list({ userid, sortby, page, size, asc });
  }

  /** With its runs; what runs is cancelled. @throws DomainError SCHEDULE_NOT_FOUND */
  async delete(user: SignedInUser, id: number): Promise<void> {
    const { kind } = await this.get(user, id);
    const left = await this.schedules.delete(id, user.userid);
    if (left === null) throw notFound(id);
    // An import may be others' as well.
    if (kind === 'import-category') return;
    for (const jobId of left) await this.cancel(jobId);
  }

  /** A run at once, whether it is enabled or not; the one that waits already, if any. @throws DomainError SCHEDULE_NOT_FOUND, FORBIDDEN */
  async run(user: SignedInUser, id: number): Promise<ScheduleRun> {
    const { kind } = await this.get(user, id);
    admit(user, kind);
    const run = await this.schedules.runNow(id);
    if (run === null) throw notFound(id);
    return run;
  }

  /** @throws DomainError SCHEDULE_NOT_FOUND */
  async listRuns(
    user: SignedInUser,
    scheduleId: number,
    { sortby, page, size, asc }: RunsQuery,
  ): ReturnType<ScheduleRepository['listRuns']> {
    await this.get(user, scheduleId);
    return this.schedules.listRuns({ scheduleId, sortby, page, size, asc });
  }

  /** @throws DomainError SCHEDULE_NOT_FOUND, RUN_NOT_FOUND */
  async getRun(user: SignedInUser, scheduleId: number, id: number): Promise<ScheduleRun> {
    await this.get(user, scheduleId);
    const run = await this.schedules.findRun(id, scheduleId);
    if (run === null) throw new DomainError('RUN_NOT_FOUND', `This schedule has no run ${id}.`);
    return run;
  }

  private async read(user: SignedInUser, dto: WriteScheduleDto, now: Date): Promise<ScheduleDraft> {
    const { kind, name, enabled = true } = dto;
    admit(user, kind);
    const params = readParams(kind, dto.params);
    await this.checkPreset(user, params);
    return { name: name.trim(), kind, params, timing: readTiming(dto, now), enabled };
  }

  private async checkPreset({ userid }: SignedInUser, params: JobData): Promise<void> {
    const { preset_id: id, handler } = params;
    if (typeof id !== 'number' || (handler !== 'mapillary' && handler !== 'flickr')) return;
    const preset = (await this.presets.list(userid, handler)).find((own) => own.id === id);
    if (!preset) throw invalid('params.preset_id', `you have no preset ${id} for ${handler}`);
    const problem = findTitleTemplateProblem(preset.titleTemplate);
    if (problem !== null) throw invalid('params.preset_id', problem);
  }

  private async cancel(jobId: number): Promise<void> {
    await this.jobs.requestCancel(jobId);
    try {
      await this.live.publishJob(jobId);
    } catch (error) {
      this.logger.warn({ message: 'Watchers of a job were not told', jobId, error: String(error) });
    }
  }
}

/** @throws DomainError FORBIDDEN */
function admit({ isAdmin }: SignedInUser, kind: Schedule['kind']): void {
  if (ADMIN_SCHEDULE_KINDS.includes(kind) && !isAdmin) {
    throw new DomainError('FORBIDDEN', 'Only administrators may have this done.');
  }
}
