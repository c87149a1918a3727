import { Inject, Injectable } from '@nestjs/common';
import { addNotification, LiveUpdates, WatchedImages, type JobData } from '#app/persistence';
import { DomainError, type ImageSource, type WatchCollectionParams } from '#app/protocol';
import type { JobHandler } from '../jobs/job-handler.js';
import type { JobRun } from '../jobs/job-run.js';
import { IMAGE_SOURCES, type ImageSources } from '../upstreams/image-sources.js';
import { WorkerConfig } from '../worker.config.js';
import { batchOf } from './accept-images.js';
import { describeNews, isNews } from './describe-news.js';
import { QueueNewImages, type Queued } from './queue-new-images.js';

interface Watch extends WatchCollectionParams {
  schedule_id: number;
  run_id: number;
}

const readWatch = (params: JobData): Watch => ({
  handler: params['handler'] === 'flickr' ? 'flickr' : 'mapillary',
  collection: String(params['collection']),
  schedule_id: Number(params['schedule_id']),
  run_id: Number(params['run_id']),
  ...(typeof params['preset_id'] === 'number' && { preset_id: params['preset_id'] }),
});

const nameOf = ({ handler, collection }: Pick<Watch, 'handler' | 'collection'>): string =>
  `${handler} ${collection}`;

/**
 * Looks for new images of a collection, tells its person of them and, where they gave a preset, queues them for upload. The
 * first look of a schedule only remembers what is there.
 */
@Injectable()
export class WatchCollection implements JobHandler {
  readonly kind = 'watch-collection';

  constructor(
    @Inject(IMAGE_SOURCES) private readonly sources: ImageSources,
    private readonly images: WatchedImages,
    private readonly queue: QueueNewImages,
    private readonly live: LiveUpdates,
    private readonly config: WorkerConfig,
  ) {}

  async run(run: JobRun): Promise<JobData> {
    const watch = readWatch(run.job.params);
    const source = this.sources[watch.handler];
    if (!source) throw new DomainError('NOT_CONFIGURED', `This server does not offer ${watch.handler}.`);
    const found = await this.look(run, watch, source);
    if (run.job.cursor?.['isTold'] === true) return { images: found.length };
    const queued = await this.queueWaiting(run, watch, source);
    if (isNews(found.length, queued)) await this.tell(run, watch, found.length, queued);
    return { images: found.length, ...(queued?.batchid != null && { batchid: queued.batchid }) };
  }

  /** Also what earlier looks have found and a quota did not allow. */
  private async queueWaiting(
    run: JobRun,
    { preset_id, ...watch }: Watch,
    source: ImageSource,
  ): Promise<Queued | null> {
    if (preset_id === undefined) return null;
    const waiting = { scheduleId: watch.schedule_id, collection: nameOf(watch) };
    const isNeeded = batchOf(run) !== null || (await this.images.countWaiting(waiting)) > 0;
    return isNeeded ? this.queue.execute(run, source, { ...watch, preset_id }, waiting) : null;
  }

  private async look(run: JobRun, watch: Watch, source: ImageSource): Promise<string[]> {
    const { schedule_id: scheduleId, run_id: runId, collection } = watch;
    if (run.job.cursor === null) {
      const { imageIds } = await source.fetchCollectionIds(collection, run.signal);
      const isToBeQueued = watch.preset_id !== undefined;
      const look = { scheduleId, runId, collection: nameOf(watch), images: imageIds, isToBeQueued };
      await run.checkpoint({ cursor: { isRemembered: true } }, async (sql) => {
        if (!(await this.images.remember(sql, look))) {
          throw new DomainError('SCHEDULE_NOT_FOUND', 'The schedule was deleted.');
        }
      });
    }
    return this.images.listNew(scheduleId, runId);
  }

  private async tell(run: JobRun, watch: Watch, count: number, queued: Queued | null): Promise<void> {
    const { userid } = run.job;
    const batchid = queued?.batchid ?? null;
    const notification = {
      userid,
      kind: 'new-images' as const,
      message: describeNews(watch.collection, count, queued),
      link: batchid === null ? null : `${this.config.publicUrl}/#/batches/${batchid}`,
    };
    await run.checkpoint(
      { cursor: { ...run.job.cursor, isTold: true }, done: count, total: count },
      async (sql) => {
        await addNotification(sql, notification, new Date());
      },
    );
    await this.live.publishNotifications([notification]);
  }
}
