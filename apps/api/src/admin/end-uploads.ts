import {
  UploadAdministration,
  UploadRepository,
  type EndedUploads,
  type Upload,
  type UploadEdit,
} from '#app/persistence';
import { DomainError, type UploadState } from '#app/protocol';
import { Injectable } from '@nestjs/common';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { findItemProblem } from '../batches/find-item-problem.js';
import { QueuePlanner } from '../batches/queue-planner.js';
import { UploadAnnouncer } from '../batches/upload-announcer.js';
import { toActor } from './actor.js';

/** Changes uploads for an administrator, tells whoever watches them, and lets their people's other uploads move up. */
@Injectable()
export class EndUploads {
  constructor(
    private readonly administration: UploadAdministration,
    private readonly uploads: UploadRepository,
    private readonly announcer: UploadAnnouncer,
    private readonly queue: QueuePlanner,
  ) {}

  /** @returns how many were queued, or run and will stop */
  async cancel(user: SignedInUser, ids: readonly number[]): Promise<number> {
    const ended = await this.administration.cancel(ids, toActor(user));
    await this.tell(ended);
    return ended.ended.length + ended.requested;
  }

  /** @returns how many were queued or running */
  async fail(user: SignedInUser, ids: readonly number[]): Promise<number> {
    const ended = await this.administration.fail(ids, toActor(user));
    await this.tell(ended);
    return ended.ended.length;
  }

  /** @throws DomainError VALIDATION_FAILED for what no upload can have, UPLOAD_NOT_FOUND, STATE_CONFLICT */
  async edit(user: SignedInUser, id: number, edit: UploadEdit): Promise<Upload> {
    if (Object.keys(edit).length === 0) {
      throw new DomainError('VALIDATION_FAILED', 'There is nothing to change.', {
        body: ['must have a field'],
      });
    }
    const upload = await this.get(id);
    checkFields(upload, edit);
    await this.tell(await this.administration.edit(id, edit, toActor(user)));
    return this.get(id);
  }

  private async get(id: number): Promise<Upload> {
    const upload = await this.uploads.find(id);
    if (upload === null) throw new DomainError('UPLOAD_NOT_FOUND', `Upload ${id} not found`);
    return upload;
  }

  private async tell({ ended, freedTimes }: EndedUploads): Promise<void> {
    const batches = new Map<number, { userid: string; uploads: UploadState[] }>();
    for (const { userid, ...state } of ended) {
      const batch = batches.get(state.batchid) ?? { userid, uploads: [] };
      batch.uploads.push(state);
      batches.set(state.batchid, batch);
    }
    for (const [batchid, { userid, uploads }] of batches) {
      await this.announcer.announce({ batchid, userid, uploads });
    }
    // Planning anew from the rows gives back the places of what has ended.
    for (const userid of new Set(freedTimes.map((freed) => freed.userid))) this.queue.replanLater(userid);
  }
}

/** The rules of a slice's items hold for what is edited as well. */
function checkFields(upload: Upload, { filename, wikitext, labels }: UploadEdit): void {
  const label = labels?.[0];
  const checks = [
    ['filename', filename !== undefined && { title: filename }],
    ['wikitext', wikitext !== undefined && { wikitext }],
    ['labels', label !== undefined && { labels: label }],
  ] as const;
  const plain = {
    id: upload.key,
    input: upload.collection,
    title: 'A picture of a street.jpg',
    wikitext: '',
  };
  const problems = checks.flatMap(([field, change]) => {
    const problem = change === false ? null : findItemProblem({ ...plain, ...change });
    return problem === null ? [] : [[field, [problem.message]] as const];
  });
  if (problems.length > 0) {
    throw new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', Object.fromEntries(problems));
  }
}
