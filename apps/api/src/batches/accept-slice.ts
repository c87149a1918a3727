import { Injectable } from '@nestjs/common';
import { BatchRepository, UploadRepository, type NewUpload } from '#app/persistence';
import {
  DomainError,
  type StructuredError,
  type UploadItemDto,
  type UploadSliceDto,
  type UploadState,
} from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { batchNotFound, permissionDenied } from './batch-errors.js';
import { AnnounceSlice } from './announce-slice.js';
import { hashItems } from './hash-items.js';
import { InspectSlice } from './inspect-slice.js';
import { UploadPlanner, type Plan } from './upload-planner.js';

/** The column takes no more; a longer title was refused anyway. */
const STORED_TITLE_LENGTH = 500;

const hasTwoOfOneImage = (items: readonly UploadItemDto[]): boolean =>
  new Set(items.map(({ id }) => id)).size < items.length;

/** Takes a slice of a batch: all of it or, for its batch and quota, nothing. */
@Injectable()
export class AcceptSlice {
  constructor(
    private readonly batches: BatchRepository,
    private readonly uploads: UploadRepository,
    private readonly inspection: InspectSlice,
    private readonly planner: UploadPlanner,
    private readonly announcement: AnnounceSlice,
  ) {}

  /**
   * Once this returns, the uploads are in the database. A slice that was taken before is answered again and creates
   * nothing.
   * @returns the uploads in the order of the slice's items
   * @throws DomainError BATCH_NOT_FOUND, FORBIDDEN, SLICE_CONFLICT, KEY_CONFLICT, QUOTA_EXCEEDED, NOT_CONFIGURED
   */
  async execute(user: SignedInUser, slice: UploadSliceDto): Promise<UploadState[]> {
    const batch = await this.batches.find(slice.batchid);
    if (batch === null) throw batchNotFound(slice.batchid);
    if (batch.userid !== user.userid) throw permissionDenied();
    if (hasTwoOfOneImage(slice.items)) {
      throw new DomainError('KEY_CONFLICT', 'An image is twice in this slice');
    }
    const itemsHash = hashItems(slice.handler, slice.items);
    const known = await this.uploads.findSlice({
      batchid: slice.batchid,
      sliceid: slice.sliceid,
      itemsHash,
      keys: slice.items.map(({ id }) => id),
    });
    return known ?? (await this.accept(user, slice, { itemsHash, isPaused: batch.pausedAt !== null }));
  }

  private async accept(
    user: SignedInUser,
    slice: UploadSliceDto,
    { itemsHash, isPaused }: { itemsHash: string; isPaused: boolean },
  ): Promise<UploadState[]> {
    const { batchid, sliceid } = slice;
    const problems = await this.inspection.findProblems(user, slice);
    const plan = await this.planner.reserve(user, problems.filter((problem) => problem === null).length);
    const uploads = toNewUploads(slice, problems, plan);
    const { userid, isExempt } = user;
    const taken = { batchid, userid, sliceid, itemsHash, uploads, isExempt };
    const accepted = await this.insert(taken, plan);
    if (!accepted.created) return accepted.uploads;
    // What is paused keeps nobody waiting; it is planned when it may go on.
    if (isPaused || plan.isPaused) await this.planner.giveBack(user.userid, plan.plannedAt);
    const queued = accepted.uploads.flatMap(({ id, status }, index) => {
      const plannedAt = uploads[index]?.plannedAt;
      return status === 'queued' && plannedAt ? [{ id, plannedAt }] : [];
    });
    this.announcement.start(sliceid, { batchid, userid: user.userid, uploads: accepted.uploads }, queued);
    return accepted.uploads;
  }

  /** Places that turn out not to be needed go back: the slice was refused, or somebody sent it at the same moment. */
  private async insert(
    slice: Parameters<UploadRepository['acceptSlice']>[0],
    plan: Plan,
  ): ReturnType<UploadRepository['acceptSlice']> {
    let created = false;
    try {
      const accepted = await this.uploads.acceptSlice(slice);
      created = accepted.created;
      return accepted;
    } finally {
      if (!created) await this.planner.giveBack(slice.userid, plan.plannedAt);
    }
  }
}

const toNewUploads = (
  { handler, items }: UploadSliceDto,
  problems: readonly (StructuredError | null)[],
  { plannedAt, accessToken }: Plan,
): NewUpload[] => {
  const places = plannedAt.values();
  const now = new Date();
  return items.map(({ id, input, title, wikitext, labels, copyright_override: override }, index) => {
    const problem = problems[index];
    return {
      key: id,
      handler,
      collection: input,
      filename: title.slice(0, STORED_TITLE_LENGTH),
      wikitext,
      labels: labels === undefined || labels.value === '' ? null : [labels],
      copyrightOverride: override ?? false,
      ...(problem
        ? { status: 'failed', error: problem, plannedAt: now, accessToken: null }
        : { status: 'queued', plannedAt: places.next().value ?? now, accessToken }),
    };
  });
};
