import { Inject, Injectable } from '@nestjs/common';
import { downloadFile, OutboundAgents } from '#app/image-sources';
import { BatchRepository, RedisLocks } from '#app/persistence';
import type { SourceImage } from '#app/protocol';
import { WorkerConfig } from '../worker.config.js';
import type { ClaimedUpload } from './claimed-upload.js';
import { CommitGate } from './commit-gate.js';
import { CommonsClients } from './commons-clients.js';
import { SESSION_EXPIRED } from './decide-next.js';
import { mergeSummary, uploadSummary } from './edit-summary.js';
import { failWith } from './halt.js';
import { IMAGE_SOURCES, type ImageSources } from '../upstreams/image-sources.js';
import type { DownloadTo } from './local-file.js';
import { ProgressReport } from './progress-report.js';
import { runStep, type RunContext } from './run-context.js';
import { Traffic } from './traffic.js';
import type { PipelineTools } from './upload-pipeline.js';
import { WorkFiles } from './work-files.js';

/** Gathers what one run of the pipeline needs. */
@Injectable()
export class RunPreparation {
  readonly delayScale: number;

  constructor(
    private readonly config: WorkerConfig,
    @Inject(IMAGE_SOURCES) private readonly sources: ImageSources,
    private readonly clients: CommonsClients,
    private readonly batches: BatchRepository,
    private readonly locks: RedisLocks,
    private readonly gate: CommitGate,
    private readonly files: WorkFiles,
    private readonly traffic: Traffic,
  ) {
    this.delayScale = config.retryDelayScale;
  }

  /** @throws Halt when the upload cannot be started at all */
  async prepare(upload: ClaimedUpload): Promise<{ context: RunContext; tools: PipelineTools }> {
    const { row } = upload;
    const [batch, person] = await Promise.all([
      this.batches.find(row.batchid),
      row.accessToken === null ? null : this.clients.find(row.userid, row.accessToken),
    ]);
    if (!person) throw failWith(SESSION_EXPIRED);
    if (!batch) throw failWith(`Batch ${row.batchid} not found`);
    const source = this.sources[row.handler];
    if (!source) throw failWith(`This server cannot fetch images from ${row.handler}.`);

    const options = {
      chunkSize: this.config.uploadChunkSize,
      maxFileSize: this.config.maxFileSize,
      leaseMs: this.config.uploadLeaseSeconds * 1_000,
      delayScale: this.delayScale,
    };
    const parts = {
      image: `${source.imageLabel} ${row.key}`,
      batchid: row.batchid,
      editGroupId: batch.editGroupId,
      ...(row.retryOfBatch !== null && { retryOf: row.retryOfBatch }),
    };
    let image: Promise<SourceImage> | undefined;
    let askedAt = 0;
    const isFresh = (maxAgeMs: number): boolean => Date.now() - askedAt < maxAgeMs;
    const ask = (): Promise<SourceImage> => source.fetchImageMetadata(row.key, row.collection, upload.signal);
    const context: RunContext = {
      upload,
      ...person,
      noteStashed: (bytes) => this.traffic.noteStashed(bytes),
      isExempt: this.config.adminUsernames.includes(person.username),
      source,
      options,
      progress: new ProgressReport(row.id, (progress) => upload.tellProgress(progress)),
      summaries: { upload: uploadSummary(parts), merge: mergeSummary(parts) },
      sourceImage: (maxAgeMs = Infinity) => {
        if (image && isFresh(maxAgeMs)) return image;
        askedAt = Date.now();
        image = runStep({ upload, options }, 'source', ask);
        return image;
      },
      confirmedImage: async (maxAgeMs) => {
        if (image && isFresh(maxAgeMs)) return image;
        const confirmed = await ask();
        askedAt = Date.now();
        image = Promise.resolve(confirmed);
        return confirmed;
      },
    };
    return {
      context,
      tools: {
        locks: this.locks,
        gate: this.gate,
        download: this.traffic.counted(row.handler, this.download),
        path: this.files.nextPath(),
      },
    };
  }

  private readonly agents = new OutboundAgents();

  private readonly download: DownloadTo = (request) =>
    downloadFile({
      ...request,
      allowedHosts: this.config.downloadAllowedHosts,
      userAgent: this.config.userAgent,
      agents: this.agents,
    });
}
