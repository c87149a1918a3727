import { Inject, Injectable, Logger } from '@nestjs/common';
import { answerClass } from '#app/commons-client';
import { RefusedError, TemporaryError } from '#app/protocol';
import {
  BatchRepository,
  UploadRepository,
  UserRepository,
  type OwedUpload,
  type Settlement,
} from '#app/persistence';
import { CommonsClients } from '../uploads/commons-clients.js';
import { mergeSummary, uploadSummary } from '../uploads/edit-summary.js';
import { IMAGE_SOURCES, type ImageSources } from '../upstreams/image-sources.js';
import { mergeInto } from '../uploads/write-structured-data.js';
import { WorkerConfig } from '../worker.config.js';

const AT_ONCE = 50;
const RETRY_MS = 600_000;

/** The source does not describe the image any more. */
class SourceRefusal extends Error {
  constructor(cause: RefusedError) {
    super(cause.message, { cause });
  }
}

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
  ) {}

  async finish(): Promise<void> {
    for (const owed of await this.uploads.listOwed({ kind: 'sdc', limit: AT_ONCE })) {
      try {
        await this.finishOne(owed);
      } catch (error) {
        this.logger.warn({ message: `Structured data still missing: ${String(error)}`, uploadId: owed.id });
        await this.uploads.settleOwed(owed.id, this.afterFailure(owed, error));
      }
    }
  }

  /** Only what the wiki or the source refuses for itself is given up. */
  private afterFailure({ dueAt }: OwedUpload, error: unknown): Settlement {
    const answer =
      error instanceof TemporaryError || error instanceof RefusedError ? answerClass(error) : null;
    if (answer === 'sign-in-lost' || answer === 'user-stopped') return { again: null, dueAt };
    if (error instanceof SourceRefusal || (answer === 'refused' && error instanceof RefusedError)) {
      const result = `Its structured data could not be written. ${error.message}`;
      return { done: 'sdc', result };
    }
    return { again: new Date(Date.now() + RETRY_MS * this.config.retryDelayScale), dueAt };
  }

  private async finishOne(owed: OwedUpload): Promise<void> {
    const upload = await this.uploads.find(owed.id);
    const batch = await this.batches.find(owed.batchid);
    const user = await this.users.find(owed.userid);
    const source = upload && this.sources[upload.handler];
    const sealed = user?.accessToken ?? owed.accessToken;
    const person = sealed ? await this.clients.find(owed.userid, sealed) : null;
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
    };
    const isExisting = publishedTitle === undefined;
    const summary = isExisting ? mergeSummary(parts) : uploadSummary(parts);
    const data = {
      statements: image.statements(upload.copyrightOverride, isExisting),
      labels: upload.labels ?? [],
    };
    for (const title of isExisting ? duplicateOf.map((file) => file.title) : [publishedTitle]) {
      await mergeInto(person.client, title, data, { summary });
    }
    await this.uploads.settleOwed(owed.id, { done: 'sdc', result: null, checkpoint: { sdcApplied: true } });
  }
}
