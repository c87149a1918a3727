import { Injectable, Logger } from '@nestjs/common';
import { answerClass } from '#app/commons-client';
import { RefusedError, TemporaryError } from '#app/protocol';
import { ServiceBreaker, UploadRepository, UserRepository, type OwedUpload } from '#app/persistence';
import { CommonsClients, type KeptClient } from '../uploads/commons-clients.js';
import { SignInExpiry } from '../uploads/sign-in-expiry.js';
import { WorkerConfig } from '../worker.config.js';

/** Titles a purge takes in one request: as many as Commons allows a person in a minute. */
const TITLES_A_PURGE = 30;
const AT_ONCE = 500;
/** Purges are limited per minute. */
const PURGE_WINDOW_MS = 60_000;
const RETRY_MS = 600_000;

/**
 * Makes the templates of new file pages see their structured data: one purge for many pages, best effort.
 * @see https://www.mediawiki.org/wiki/API:Purge
 */
@Injectable()
export class TemplateRefresher {
  private readonly logger = new Logger(TemplateRefresher.name);

  constructor(
    private readonly uploads: UploadRepository,
    private readonly users: UserRepository,
    private readonly clients: CommonsClients,
    private readonly config: WorkerConfig,
    private readonly breaker: ServiceBreaker,
    private readonly expiry: SignInExpiry,
  ) {}

  /** @param signal stops it between two people */
  async refresh(signal?: AbortSignal): Promise<void> {
    if (await this.breaker.find()) return;
    const owed = await this.uploads.listOwed({ kind: 'refresh', limit: AT_ONCE });
    const byUser = new Map<string, OwedUpload[]>();
    for (const upload of owed) byUser.set(upload.userid, [...(byUser.get(upload.userid) ?? []), upload]);
    for (const [userid, uploads] of byUser) {
      if (signal?.aborted) return;
      const sealed = (await this.users.find(userid))?.accessToken ?? null;
      try {
        await this.refreshOf(userid, sealed, uploads);
      } catch (error) {
        if (!(error instanceof TemporaryError || error instanceof RefusedError)) throw error;
        this.logger.warn({ message: `File pages could not be refreshed: ${error.message}`, userid });
        const isLost = answerClass(error) === 'sign-in-lost';
        if (isLost && sealed !== null) await this.expiry.expire(userid, sealed);
        const again = new Date(Date.now() + RETRY_MS * this.config.retryDelayScale);
        await this.postpone(uploads, isLost ? null : again);
      }
    }
  }

  /** Without a sign-in of the person the refresh waits for the next one. */
  private async refreshOf(
    userid: string,
    sealed: string | null,
    uploads: readonly OwedUpload[],
  ): Promise<void> {
    const person = sealed === null ? null : await this.clients.find(userid, sealed);
    if (!person) return this.postpone(uploads, null);
    await (this.config.refreshAfterSdc === 'purge'
      ? this.purge(person, uploads)
      : this.nullEdit(person, uploads));
  }

  private async postpone(uploads: readonly OwedUpload[], again: Date | null): Promise<void> {
    for (const { id, dueAt } of uploads) await this.uploads.settleOwed(id, { again, dueAt });
  }

  private async purge({ client }: KeptClient, uploads: readonly OwedUpload[]): Promise<void> {
    for (let start = 0; start < uploads.length; start += TITLES_A_PURGE) {
      const some = uploads.slice(start, start + TITLES_A_PURGE);
      const { limited } = await client.purge(some.flatMap(titleOf));
      for (const upload of some) {
        const isLimited = titleOf(upload).some((title) => limited.includes(title));
        await this.uploads.settleOwed(
          upload.id,
          isLimited
            ? { again: new Date(Date.now() + PURGE_WINDOW_MS), dueAt: upload.dueAt }
            : { done: 'refresh' },
        );
      }
      if (limited.length > 0) return;
    }
  }

  private async nullEdit({ client }: KeptClient, uploads: readonly OwedUpload[]): Promise<void> {
    for (const upload of uploads) {
      try {
        for (const title of titleOf(upload)) await client.nullEdit(title);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        this.logger.warn({
          message: `A file page cannot be refreshed: ${error.message}`,
          uploadId: upload.id,
        });
      }
      await this.uploads.settleOwed(upload.id, { done: 'refresh' });
    }
  }
}

const titleOf = ({ checkpoint }: OwedUpload): string[] =>
  checkpoint.publishedTitle ? [checkpoint.publishedTitle] : [];
