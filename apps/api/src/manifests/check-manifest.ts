import { Injectable } from '@nestjs/common';
import { ManifestRepository, QuotaRepository } from '#app/persistence';
import type { UploadTableRow } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { CheckRows } from './check-rows.js';
import { soundRows, type CheckedRow } from './checked-row.js';
import { completeRows } from './complete-rows.js';

/** Finds out what would become of a manifest. Nothing is stored. */
@Injectable()
export class CheckManifest {
  constructor(
    private readonly manifests: ManifestRepository,
    private readonly rows: CheckRows,
    private readonly quotas: QuotaRepository,
  ) {}

  /** In the order of the rows. @throws as CheckRows does */
  async execute(
    user: SignedInUser,
    rows: readonly UploadTableRow[],
    signal: AbortSignal,
  ): Promise<CheckedRow[]> {
    return this.rows.execute(user, await completeRows(rows, this.manifests), signal);
  }

  /** Whether the person may upload all of the rows that can be taken, in a batch of their own. @throws DomainError QUOTA_EXCEEDED */
  async checkQuotas({ userid, isExempt }: SignedInUser, checked: readonly CheckedRow[]): Promise<void> {
    const uploads = soundRows(checked).length;
    if (isExempt || uploads === 0) return;
    await this.quotas.check(userid, { max_batches: 1, max_uploads: uploads, max_bytes: 0 });
  }
}
