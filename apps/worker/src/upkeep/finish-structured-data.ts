import { Inject, Injectable, Logger } from '@nestjs/common';
import { answerClass, type AnswerClass } from '#app/commons-client';
import { RefusedError, TemporaryError } from '#app/protocol';
import {
  BatchRepository,
  ServiceBreaker,
  UploadRepository,
  UserRepository,
  type OwedUpload,
  type Settlement,
} from '#app/persistence';
import { CommonsClients } from '../uploads/commons-clients.js';
import { mergeSummary, uploadSummary } from '../uploads/edit-summary.js';
import { SignInExpiry } from '../uploads/sign-in-expiry.js';
import { IMAGE_SOURCES, type ImageSources } from '../upstreams/image-sources.js';
import { mergeInto } from '../uploads/write-structured-data.js';
import { WorkerConfig } from '../worker.config.js';

const AT_ONCE = 50;
const RETRY_MS = 600_000;
/** One upload belongs to one process for as long as a failed one is left alone, and at least this long. */
const MIN_CLAIM_MS = 10_000;

/** The source does not describe the image any more. */
class SourceRefusal extends Error {
  constructor(cause: RefusedError) {
    super(cause.message, { cause });
  }
}

class ClaimOver extends Error {
  constructor() {
    super('It took too long; another process may be at it by now');
  }
}

const answerOf = (error: unknown): AnswerClass | null =>
  error instanceof TemporaryError || error instanceof RefusedError ? answerClass(error) : null;

/** Writes the structured data that files were published, or found, without, as soon as it can be done. */
@Injectable()
export class StructuredDataFinisher {
  private readonly logger = new Logger(StructuredDataFinisher.name);

  constructor(
    private readonly uploads: UploadRepository,
    private readonly batches: BatchRepository,
    private readonly users: UserRepository,
    private readonly clients: CommonsClients,
    @Inject(IMAGE_SOURCES) private readonly sources: ImageSources,
    private readonly config: WorkerConfig,
    private readonly breaker: ServiceBreaker,
    private readonly expiry: SignInExpiry,
  ) {}

  /** @param signal nothing is sent any more once it is aborted: another process may be at it */
  async finish(signal?: AbortSignal): Promise<void> {
    if (await this.breaker.find()) return;
    for (const listed of await this.uploads.listOwed({ kind: 'sdc', limit: AT_ONCE })) {
      if (signal?.aborted) return;
      const owed = await this.uploads.claimOwed(listed, new Date(Date.now() + this.claimMs));
      if (!owed) continue;
      const token = (await this.users.find(owed.userid))?.accessToken ?? owed.accessToken;
      try {
        await this.finishOne(owed, token, () => {
          signal?.throwIfAborted();
          if (Date.now() > owed.dueAt.getTime() - this.claimMs / 4) throw new ClaimOver();
        });
      } catch (error) {
        this.logger.warn({ message: `Structured data still missing: ${String(error)}`, uploadId: owed.id });
        const isLost = answerOf(error) === 'sign-in-lost';
        if (isLost && token !== null) await this.expiry.expire(owed.userid, token);
        await this.uploads.settleOwed(owed.id, this.afterFailure(owed, error));
      }
    }
  }

  private get retryMs(): number {
    return RETRY_MS * this.config.retryDelayScale;
  }

  /** In its last quarter nothing is sent any more: it has to arrive before another process reads. */
  private get claimMs(): number {
    return Math.max(MIN_CLAIM_MS, this.retryMs);
  }

  /** Only what the wiki or the source refuses for itself is given up. */
  private afterFailure({ dueAt }: OwedUpload, error: unknown): Settlement {
    const answer = answerOf(error);
    if (answer === 'sign-in-lost' || answer === 'user-stopped') return { again: null, dueAt };
    if (error instanceof SourceRefusal || (answer === 'refused' && error instanceof RefusedError)) {
      const result = `Its structured data could not be written. ${error.message}`;
      return { done: 'sdc', result };
    }
    return { again: new Date(Date.now() + this.retryMs), dueAt };
  }

  private async finishOne(owed: OwedUpload, token: string | null, beforeSending: () => void): Promise<void> {
    const upload = await this.uploads.find(owed.id);
    const batch = await this.batches.find(owed.batchid);
    const source = upload && this.sources[upload.handler];
    const person = token === null ? null : await this.clients.find(owed.userid, token);
    const { publishedTitle, duplicateOf = [] } = owed.checkpoint;
    if (!upload || !batch || !source || !person) {
      await this.uploads.settleOwed(owed.id, { again: null, dueAt: owed.dueAt });
      return;
    }

    const image = await source.fetchImageMetadata(upload.key, upload.collection).catch((error: unknown) => {
      throw error instanceof RefusedError ? new SourceRefusal(error) : error;
    });
    const parts = {
      image: `${source.imageLabel} ${upload.key}`,
      batchid: batch.id,
      editGroupId: batch.editGroupId,
      ...(upload.retryOfBatch !== null && { retryOf: upload.retryOfBatch }),
    };
    const isExisting = publishedTitle === undefined;
    const summary = isExisting ? mergeSummary(parts) : uploadSummary(parts);
    const data = {
      statements: image.statements(upload.copyrightOverride, isExisting),
      labels: upload.labels ?? [],
    };
    for (const title of isExisting ? duplicateOf.map((file) => file.title) : [publishedTitle]) {
      await mergeInto(person.client, title, data, { summary, beforeSending });
    }
    await this.uploads.settleOwed(owed.id, { done: 'sdc', result: null, checkpoint: { sdcApplied: true } });
  }
}
