import { Injectable } from '@nestjs/common';
import { findTitleProblem } from '#app/commons-client';
import {
  PresetRepository,
  UploadRepository,
  WatchedImages,
  type Preset,
  type Waiting,
} from '#app/persistence';
import {
  DomainError,
  fillTemplate,
  findTitleTemplateProblem,
  UPLOAD_STATUSES,
  type ImageSource,
  type MediaImage,
  type WatchCollectionParams,
} from '#app/protocol';
import type { JobRun } from '../jobs/job-run.js';
import { AcceptImages, batchOf, type DraftUpload } from './accept-images.js';
import { PersonsPlaces } from './persons-places.js';
import { writeFilePage } from './write-file-page.js';

/** As large as a slice of a client may be. */
const SLICE = 500;

export interface Queued {
  batchid: number | null;
  /** Uploads that were queued. */
  count: number;
  onCommons: number;
  /** Images that have nothing for a field of the preset, may not be uploaded, or are gone. */
  refused: number;
  /** Images that the next look queues, if it can. */
  waiting: number;
  /** Why there are not more, for people. */
  reason: string | null;
}

type Watch = WatchCollectionParams & { preset_id: number };

interface Described {
  uploads: DraftUpload[];
  onCommons: string[];
  refused: string[];
}

/** Queues the images of a collection that wait, as one batch, as a preset says, within the person's quota. */
@Injectable()
export class QueueNewImages {
  constructor(
    private readonly images: WatchedImages,
    private readonly places: PersonsPlaces,
    private readonly presets: PresetRepository,
    private readonly acceptance: AcceptImages,
    private readonly uploads: UploadRepository,
  ) {}

  /**
   * Going on after a failure queues nothing twice, and what a quota refuses waits on.
   * @throws DomainError FORBIDDEN when the person is signed in no more, PRESET_NOT_FOUND, VALIDATION_FAILED when the preset
   * has no title of its own for each image any more
   */
  async execute(run: JobRun, source: ImageSource, watch: Watch, waiting: Waiting): Promise<Queued> {
    const person = await this.places.findPerson(run.job.userid);
    const preset = await this.getPreset(person.userid, watch);
    let reason: string | null = null;
    while (reason === null) {
      const ids = await this.images.listWaiting(waiting, SLICE);
      if (ids.length === 0) break;
      const { uploads, onCommons, refused } = await describeImages(source, ids, { run, watch, preset });
      await this.settle(run, waiting, { onCommons, refused });
      ({ reason } = await this.acceptance.execute(run, person, uploads, (sql, keys) =>
        this.images.settle(sql, waiting.scheduleId, keys),
      ));
      run.signal.throwIfAborted();
    }
    return this.countQueued(run, waiting, reason);
  }

  private async getPreset(userid: string, watch: Watch): Promise<Preset> {
    const presets = await this.presets.list(userid, watch.handler);
    const preset = presets.find(({ id }) => id === watch.preset_id);
    if (!preset) throw new DomainError('PRESET_NOT_FOUND', 'The preset of this schedule was deleted.');
    const problem = findTitleTemplateProblem(preset.titleTemplate);
    if (problem === null) return preset;
    throw new DomainError('VALIDATION_FAILED', `The preset “${preset.title}” cannot be used: ${problem}`);
  }

  /** Of what cannot be queued nothing waits any more. */
  private async settle(
    run: JobRun,
    { scheduleId }: Waiting,
    { onCommons, refused }: Pick<Described, 'onCommons' | 'refused'>,
  ): Promise<void> {
    const ids = [...onCommons, ...refused];
    if (ids.length === 0) return;
    const cursor = {
      ...run.job.cursor,
      onCommons: countOf(run, 'onCommons') + onCommons.length,
      refused: countOf(run, 'refused') + refused.length,
    };
    await run.checkpoint({ cursor }, (sql) => this.images.settle(sql, scheduleId, ids));
  }

  /** Of the whole job, also of what was done before a failure. */
  private async countQueued(run: JobRun, waiting: Waiting, reason: string | null): Promise<Queued> {
    const batchid = batchOf(run);
    const count = batchid === null ? 0 : await this.uploads.countBatchUploads(batchid, UPLOAD_STATUSES);
    return {
      batchid: count > 0 ? batchid : null,
      count,
      onCommons: countOf(run, 'onCommons'),
      refused: countOf(run, 'refused'),
      waiting: reason === null ? 0 : await this.images.countWaiting(waiting),
      reason,
    };
  }
}

const countOf = ({ job }: JobRun, name: 'onCommons' | 'refused'): number => {
  const kept = job.cursor?.[name];
  return typeof kept === 'number' ? kept : 0;
};

async function describeImages(
  source: ImageSource,
  ids: readonly string[],
  { run: { signal }, watch, preset }: { run: JobRun; watch: Watch; preset: Preset },
): Promise<Described> {
  const [images, existing, refusals] = await Promise.all([
    source.fetchImagesBatch(ids, watch.collection, signal),
    source.fetchExistingPages(ids, signal),
    source.findRefusals(ids, signal),
  ]);
  const byId = new Map(images.map((image) => [image.id, image]));
  const described: Described = { uploads: [], onCommons: [], refused: [] };
  for (const id of ids) {
    const image = byId.get(id);
    const isKnown = (existing.get(id) ?? []).length > 0;
    const upload =
      image && !isKnown && !refusals.has(id) ? toUpload(source, image, watch.collection, preset) : null;
    if (upload) described.uploads.push(upload);
    else described[isKnown ? 'onCommons' : 'refused'].push(id);
  }
  return described;
}

function toUpload(
  source: ImageSource,
  image: MediaImage,
  collection: string,
  preset: Preset,
): DraftUpload | null {
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
