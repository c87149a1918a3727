import { Injectable } from '@nestjs/common';
import { ImportRepository, type CategoryImport, type FileFilter, type Job } from '#app/persistence';
import { DomainError, type FileSelection, type SelectionFilter } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { RecategorizeJobs } from '../categories/recategorize-jobs.js';
import { Imports } from './imports.service.js';
import type { RecategorizeImportDto } from './recategorize-import.dto.js';
import { toFileFilter } from './to-files-query.js';

const MOST_NAMED = 20;

const refuse = (field: string, message: string): DomainError =>
  new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', { [field]: [`${field} ${message}`] });

/** Only the fields that are there. */
function toSelectionFilter({ uploadedFrom, uploadedBefore, ...fields }: FileFilter): SelectionFilter {
  const filter = {
    ...fields,
    uploadedFrom: uploadedFrom?.toISOString(),
    uploadedBefore: uploadedBefore?.toISOString(),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** Moves files of an import from its category to another. */
@Injectable()
export class RecategorizeImport {
  constructor(
    private readonly imports: Imports,
    private readonly files: ImportRepository,
    private readonly moves: RecategorizeJobs,
  ) {}

  /**
   * The person's move of these files that is under way, or a new one.
   * @throws DomainError VALIDATION_FAILED, IMPORT_NOT_FOUND, IMPORT_EXPIRED, STATE_CONFLICT for an import that is not complete
   * @throws TemporaryError @throws RefusedError
   */
  async execute(user: SignedInUser, id: number, wanted: RecategorizeImportDto): Promise<Job> {
    const found = await this.imports.getFresh(user, id);
    if (found.status !== 'complete' || found.category === null) {
      throw new DomainError('STATE_CONFLICT', 'This import is not complete.', { status: found.status });
    }
    const selection = await this.select(found, wanted);
    const pair = { source: found.category, target: wanted.target };
    return this.moves.startSelection(user, pair, selection);
  }

  private async select(
    found: CategoryImport,
    { target: _target, page_ids, ...fields }: RecategorizeImportDto,
  ): Promise<FileSelection> {
    const asked = toFileFilter(fields);
    const filter = toSelectionFilter(asked);
    const isFiltered = Object.keys(filter).length > 0;
    if (page_ids !== undefined) {
      if (isFiltered) throw refuse('page_ids', 'cannot be given together with a filter');
      return { importId: found.id, pageIds: await this.checkPages(found, page_ids) };
    }
    const [first] = await this.files.readFiles(found, 0, 1, asked);
    if (first === undefined) {
      throw new DomainError('VALIDATION_FAILED', 'No file of the import is chosen by this.');
    }
    return { importId: found.id, ...(isFiltered && { filter }) };
  }

  private async checkPages(found: CategoryImport, pageIds: readonly number[]): Promise<number[]> {
    const chosen = [...new Set(pageIds)].sort((a, b) => a - b);
    const unknown = await this.files.listUnknownPages(found, chosen);
    if (unknown.length > 0) {
      const more = unknown.length > MOST_NAMED ? ` and ${unknown.length - MOST_NAMED} more` : '';
      const named = unknown.slice(0, MOST_NAMED).join(', ');
      throw refuse('page_ids', `has pages that are not among the files of the import: ${named}${more}`);
    }
    return chosen;
  }
}
