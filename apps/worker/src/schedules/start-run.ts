import { Injectable } from '@nestjs/common';
import { ImportRepository, JobQueue, JobRepository, type PickedRun } from '#app/persistence';
import type { JobKind, ScheduleKind } from '#app/protocol';

/** Kinds that have background jobs of their own, one for each run. */
const JOB_KIND_OF: Readonly<Partial<Record<ScheduleKind, JobKind>>> = {
  'refresh-wanted-categories': 'refresh-wanted-categories',
  'clean-cache': 'clean-cache',
  'watch-collection': 'watch-collection',
};

const subjectOf = ({ id }: PickedRun): string => `run-${id}`;

/** Begins the work of runs. */
@Injectable()
export class StartRun {
  constructor(
    private readonly jobs: JobRepository,
    private readonly imports: ImportRepository,
    private readonly queue: JobQueue,
  ) {}

  /** Doing it twice is doing it once. @returns the id of the background job that does the work */
  async execute(run: PickedRun): Promise<number> {
    const jobId = run.kind === 'import-category' ? await this.startImport(run) : await this.startJob(run);
    await this.queue.wake([{ id: jobId, dueAt: new Date() }]);
    return jobId;
  }

  /** An import that is fresh, or that others wait for, does for this run as well. */
  private async startImport({ userid, params }: PickedRun): Promise<number> {
    const asked = { userid, title: String(params['title']), depth: Number(params['depth']) };
    const { import: begun } = await this.imports.request(asked);
    if (begun.jobId === null) throw new Error(`Import ${begun.id} has no job`);
    return begun.jobId;
  }

  private async startJob(run: PickedRun): Promise<number> {
    const kind = JOB_KIND_OF[run.kind];
    if (kind === undefined) throw new Error(`Nobody does ${run.kind}`);
    const { userid, scheduleId, id, params } = run;
    const subject = subjectOf(run);
    const earlier = await this.jobs.findLatest(kind, userid, subject);
    if (earlier) return earlier.id;
    const { job } = await this.jobs.createOrJoin({
      kind,
      userid,
      subject,
      params: { ...params, schedule_id: scheduleId, run_id: id },
    });
    return job.id;
  }
}
