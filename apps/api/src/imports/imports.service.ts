import { Injectable, Logger } from '@nestjs/common';
import {
  ImportRepository,
  JobQueue,
  LiveUpdates,
  type CategoryImport,
  type FilesQuery,
  type ImportedFile,
} from '#app/persistence';
import { DomainError, isJobEnded } from '#app/protocol';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { toCategoryPage } from '../categories/to-category-page.js';
import type { PageQuery } from '../http/paging.js';

const MOST_BYTES = 255;
const PREFIX = 'Category:';

/** A title without namespace. @throws DomainError VALIDATION_FAILED when no category can have it */
function readTitle(category: string): string {
  const title = toCategoryPage(category)?.slice(PREFIX.length);
  if (title === undefined || Buffer.byteLength(title) > MOST_BYTES) {
    throw new DomainError('VALIDATION_FAILED', 'Some fields are not valid.', {
      category: ['category must be what a category can be called'],
    });
  }
  return title;
}

/** People's imports of the files of categories; each sees their own. */
@Injectable()
export class Imports {
  private readonly logger = new Logger(Imports.name);

  constructor(
    private readonly imports: ImportRepository,
    private readonly queue: JobQueue,
    private readonly live: LiveUpdates,
  ) {}

  /**
   * Begins one, joins one that runs, or takes over what was found lately for the same category and depth.
   * @throws DomainError VALIDATION_FAILED
   */
  async request({ userid }: SignedInUser, category: string, depth: number): Promise<CategoryImport> {
    const { import: found } = await this.imports.request({ userid, title: readTitle(category), depth });
    if (found.status === 'queued') await this.wake(found);
    return found;
  }

  /** @throws DomainError IMPORT_NOT_FOUND */
  async get({ userid }: SignedInUser, id: number): Promise<CategoryImport> {
    const found = await this.imports.findOwn(id, userid);
    if (found === null) throw new DomainError('IMPORT_NOT_FOUND', `You have no import ${id}.`);
    return found;
  }

  /** One whose files can be had. @throws DomainError IMPORT_NOT_FOUND, IMPORT_EXPIRED */
  async getFresh(user: SignedInUser, id: number): Promise<CategoryImport> {
    const found = await this.get(user, id);
    if (found.expiresAt !== null && found.expiresAt <= new Date()) {
      throw new DomainError(
        'IMPORT_EXPIRED',
        `The files of “${found.title}” are too old. Import the category again.`,
      );
    }
    return found;
  }

  /** One whose files are all known. @throws DomainError as above, STATE_CONFLICT when it is not complete */
  async getComplete(user: SignedInUser, id: number): Promise<CategoryImport> {
    const found = await this.getFresh(user, id);
    if (found.status === 'complete') return found;
    throw new DomainError('STATE_CONFLICT', 'This import is not complete.', { status: found.status });
  }

  list(
    { userid }: SignedInUser,
    { page, size, asc }: PageQuery,
  ): Promise<{ items: CategoryImport[]; total: number }> {
    return this.imports.list({ userid, page, size, asc });
  }

  /** What was found so far. @throws DomainError IMPORT_NOT_FOUND, IMPORT_EXPIRED */
  async listFiles(
    user: SignedInUser,
    id: number,
    query: FilesQuery,
  ): Promise<{ items: ImportedFile[]; total: number }> {
    return this.imports.listFiles(await this.getFresh(user, id), query);
  }

  /** Once more is the same as once. @throws DomainError IMPORT_NOT_FOUND; STATE_CONFLICT when it has ended otherwise */
  async cancel(user: SignedInUser, id: number): Promise<CategoryImport> {
    const found = await this.get(user, id);
    const cancelled = isJobEnded(found.status) ? null : await this.imports.cancel(found);
    const now = cancelled ?? (await this.get(user, id));
    if (now.status !== 'cancelled') {
      throw new DomainError('STATE_CONFLICT', 'This import has ended already.', { status: now.status });
    }
    if (cancelled?.jobId) await this.tell(cancelled.jobId);
    return now;
  }

  /** Without it the job is found a little later. */
  private async wake({ jobId, createdAt }: CategoryImport): Promise<void> {
    if (jobId === null) return;
    try {
      await this.queue.wake([{ id: jobId, dueAt: createdAt }]);
    } catch (error) {
      this.logger.warn({ message: 'No worker was woken for an import', jobId, error: String(error) });
    }
  }

  private async tell(jobId: number): Promise<void> {
    try {
      await this.live.publishJob(jobId);
    } catch (error) {
      this.logger.warn({ message: 'Nobody was told of a cancelled import', jobId, error: String(error) });
    }
  }
}
