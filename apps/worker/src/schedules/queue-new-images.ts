import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { findTitleProblem } from '#app/commons-client';
import {
  BatchRepository,
  LiveUpdates,
  PresetRepository,
  UploadRepository,
  type NewUpload,
  type Preset,
} from '#app/persistence';
import {
  DomainError,
  fillTemplate,
  type ImageSource,
  type MediaImage,
  type WatchCollectionParams,
} from '#app/protocol';
import type { JobRun } from '../jobs/job-run.js';
import { WorkerConfig } from '../worker.config.js';
import { PersonsPlaces, type Person } from './persons-places.js';
import { writeFilePage } from './write-file-page.js';

/** As large as a slice of a client may be. */
const SLICE = 500;

export interface Queued {
  batchid: number | null;
  /** Uploads that were queued. */
  count: number;
  onCommons: number;
  /** Images that have nothing for a field of the preset, or may not be uploaded. */
  refused: number;
  /** Why there are not more, for people. */
  reason: string | null;
}

type Watch = WatchCollectionParams & { preset_id: number };

/** Queues new images of a collection as one batch, as a preset says, within the person's quota. */
@Injectable()
export class QueueNewImages {
  constructor(
    private readonly places: PersonsPlaces,
    private readonly presets: PresetRepository,
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
    private readonly live: LiveUpdates,
    private readonly config: WorkerConfig,
  ) {}

  /**
   * Going on after a failure queues nothing twice.
   * @throws DomainError FORBIDDEN when the person is signed in no more, PRESET_NOT_FOUND
   */
  async execute(run: JobRun, source: ImageSource, watch: Watch, ids: readonly string[]): Promise<Queued> {
    const person = await this.places.findPerson(run.job.userid);
    const presets = await this.presets.list(person.userid, watch.handler);
    const preset = presets.find(({ id }) => id === watch.preset_id);
    if (!preset) throw new DomainError('PRESET_NOT_FOUND', 'The preset of this schedule was deleted.');
    const queued: Queued = { batchid: null, count: 0, onCommons: 0, refused: 0, reason: null };
    for (let start = 0; start < ids.length && queued.reason === null; start += SLICE) {
      const some = ids.slice(start, start + SLICE);
      const uploads = await this.describe(run, source, { watch, preset, ids: some }, queued);
      if (uploads.length > 0) await this.accept(run, person, uploads, { queued, sliceid: start / SLICE });
      run.signal.throwIfAborted();
    }
    return queued;
  }

  private async describe(
    { signal }: JobRun,
    source: ImageSource,
    { watch, preset, ids }: { watch: Watch; preset: Preset; ids: readonly string[] },
    queued: Queued,
  ): Promise<Omit<NewUpload, 'plannedAt' | 'accessToken'>[]> {
    const [images, existing, refusals] = await Promise.all([
      source.fetchImagesBatch(ids, watch.collection, signal),
      source.fetchExistingPages(ids, signal),
      source.findRefusals(ids, signal),
    ]);
    const uploads: Omit<NewUpload, 'plannedAt' | 'accessToken'>[] = [];
    for (const image of images) {
      if ((existing.get(image.id) ?? []).length > 0) {
        queued.onCommons += 1;
        continue;
      }
      const upload = refusals.has(image.id) ? null : toUpload(source, image, watch.collection, preset);
      if (upload) uploads.push(upload);
      else queued.refused += 1;
    }
    return uploads;
  }

  private async accept(
    run: JobRun,
    person: Person,
    uploads: readonly Omit<NewUpload, 'plannedAt' | 'accessToken'>[],
    { queued, sliceid }: { queued: Queued; sliceid: number },
  ): Promise<void> {
    const { userid, username, accessToken } = person;
    const isExempt = this.config.adminUsernames.includes(username);
    const plannedAt = await this.places.reserve(person, uploads.length);
    let isTaken = false;
    try {
      const batchid = await this.findBatch(run, userid, isExempt);
      queued.batchid = batchid;
      const accepted = await this.uploads.acceptSlice({
        batchid,
        userid,
        sliceid,
        itemsHash: createHash('sha256').update(`run ${run.job.id} ${sliceid}`).digest('hex'),
        uploads: uploads.map((upload, index) => ({
          ...upload,
          plannedAt: plannedAt[index] ?? new Date(),
          accessToken,
        })),
        isExempt,
      });
      isTaken = accepted.created;
      queued.count += accepted.uploads.length;
      await this.live.publish({ batchid, userid, uploads: accepted.uploads });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'QUOTA_EXCEEDED') throw error;
      queued.reason = error.message;
    } finally {
      if (!isTaken) await this.places.giveBack(person, plannedAt);
    }
  }

  /** One for the whole job. @throws DomainError QUOTA_EXCEEDED */
  private async findBatch(run: JobRun, userid: string, isExempt: boolean): Promise<number> {
    const kept = run.job.cursor?.['batchid'];
    if (typeof kept === 'number') return kept;
    const { id } = await this.batches.create(userid, { isExempt });
    await run.checkpoint({ cursor: { ...run.job.cursor, batchid: id } });
    return id;
  }
}

function toUpload(
  source: ImageSource,
  image: MediaImage,
  collection: string,
  preset: Preset,
): Omit<NewUpload, 'plannedAt' | 'accessToken'> | null {
  const title = fillTemplate(preset.titleTemplate, image, collection);
  const caption = preset.labels && fillTemplate(preset.labels.value, image, collection);
  const wikitext = writeFilePage(source.name, image, collection, {
    categories: preset.categories,
    isDateUncategorized: preset.excludeFromDateCategory,
  });
  const isCaptionMissing = preset.labels !== null && caption === null;
  if (title === null || wikitext === null || isCaptionMissing || findTitleProblem(title)) return null;
  return {
    key: image.id,
    handler: source.name,
    collection,
    filename: title,
    wikitext,
    labels: preset.labels && caption ? [{ language: preset.labels.language, value: caption }] : null,
    copyrightOverride: false,
    status: 'queued',
  };
}
