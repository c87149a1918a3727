import { Injectable, Logger } from '@nestjs/common';
import { ManifestRepository } from '#app/persistence';
import { DomainError, IMAGE_SOURCE_NAMES, type UploadItemDto, type UploadTableRow } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { AcceptSlice } from '../batches/accept-slice.js';
import { CancelBatch } from '../batches/cancel-batch.js';
import { CreateBatch } from '../batches/create-batch.js';
import { PAUSED_WHILE_FILLED } from '../batches/explain-pause.js';
import { ResumeBatch } from '../batches/resume-batch.js';
import { CheckManifest } from './check-manifest.js';
import { slicesOf, soundRows, type CheckedRow, type ReadableRow } from './checked-row.js';
import type { ManifestReportDto } from './manifest.dto.js';
import { splitProblem } from './row-problem.js';
import { toReport } from './to-report.js';

const ITEMS_A_SLICE = 500;
const NAMED_ROWS = 5;

/** Makes a batch of the rows of a manifest, or only tells what would become of them. */
@Injectable()
export class TakeManifest {
  private readonly logger = new Logger(TakeManifest.name);

  constructor(
    private readonly check: CheckManifest,
    private readonly manifests: ManifestRepository,
    private readonly createBatch: CreateBatch,
    private readonly acceptSlice: AcceptSlice,
    private readonly cancelBatch: CancelBatch,
    private readonly resumeBatch: ResumeBatch,
  ) {}

  /** What would happen. @throws DomainError QUOTA_EXCEEDED, and as CheckRows does */
  async rehearse(
    user: SignedInUser,
    rows: readonly UploadTableRow[],
    signal: AbortSignal,
  ): Promise<ManifestReportDto> {
    const checked = await this.check.execute(user, rows, signal);
    await this.check.checkQuotas(user, checked);
    return toReport(checked, { isDryRun: true });
  }

  /**
   * One batch with an upload for each row. A single row with an error keeps all of it from being created; what is created
   * when something fails in the middle is cancelled, and nothing of it is started before all of it is there.
   * @throws DomainError VALIDATION_FAILED with the report as its details, and as AcceptSlice does
   */
  async execute(
    user: SignedInUser,
    rows: readonly UploadTableRow[],
    signal: AbortSignal,
  ): Promise<ManifestReportDto> {
    const checked = await this.check.execute(user, rows, signal);
    const failed = checked.filter(({ error }) => error !== undefined);
    if (failed.length > 0) throw refuse(checked, failed);
    await this.check.checkQuotas(user, checked);
    signal.throwIfAborted();
    const sound = soundRows(checked);
    const manifestId = await this.keep(user, sound);
    const batchid = await this.createBatch.execute(user, PAUSED_WHILE_FILLED);
    try {
      await this.fill(user, batchid, sound, manifestId);
      await this.resumeBatch.execute(user, batchid);
    } catch (error) {
      await this.undo(user, batchid);
      throw error;
    }
    return toReport(checked, { isDryRun: false, batchid });
  }

  /** The rows that uploads are made from when their turn comes. */
  private async keep({ userid }: SignedInUser, rows: readonly ReadableRow[]): Promise<string> {
    const images = rows.flatMap(({ upload: { item, cells } }) => (cells ? [{ key: item.id, cells }] : []));
    return images.length > 0 ? this.manifests.create(userid, images) : '';
  }

  /** Half a batch would be uploaded twice when its file is sent again. */
  private async undo(user: SignedInUser, batchid: number): Promise<void> {
    try {
      await this.cancelBatch.execute(user, batchid);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'STATE_CONFLICT') return; // nothing was queued
      this.logger.error(`Batch ${batchid} is left with a part of its manifest: ${String(error)}`);
    }
  }

  /** What was refused only now, because the world has moved on since the check, is told in its row. */
  private async fill(
    user: SignedInUser,
    batchid: number,
    rows: readonly ReadableRow[],
    manifestId: string,
  ): Promise<void> {
    const slices = IMAGE_SOURCE_NAMES.flatMap((handler) =>
      slicesOf(
        rows.filter(({ upload }) => upload.handler === handler),
        ITEMS_A_SLICE,
      ).map((some) => ({ handler, some })),
    );
    for (const [sliceid, { handler, some }] of slices.entries()) {
      const items = some.map(({ upload: { item } }): UploadItemDto =>
        handler === 'manifest' ? { ...item, input: manifestId } : item,
      );
      const uploads = await this.acceptSlice.execute(user, { batchid, sliceid, handler, items });
      for (const [index, { error }] of uploads.entries()) {
        const row = some[index];
        if (row && error) row.error = splitProblem(error);
      }
    }
  }
}

function refuse(checked: readonly CheckedRow[], failed: readonly CheckedRow[]): DomainError {
  const named = failed.slice(0, NAMED_ROWS).map(({ row }) => row);
  const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : '';
  const which = `${failed.length === 1 ? 'Row' : 'Rows'} ${named.join(', ')}${more}`;
  const report = toReport(checked, { isDryRun: false });
  return new DomainError('VALIDATION_FAILED', `${which} cannot be taken; nothing was created.`, {
    ...report,
  });
}
