import { rm } from 'node:fs/promises';
import type { DownloadedFile } from '#app/image-sources';
import { runStep, type RunContext } from './run-context.js';

export type DownloadTo = (request: {
  url: string;
  to: string;
  maxBytes: number;
  signal: AbortSignal;
}) => Promise<DownloadedFile>;

/** The upload's file on this worker's disk, downloaded when it is first needed. */
export class LocalFile {
  private downloaded: Promise<DownloadedFile> | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly path: string,
    private readonly download: DownloadTo,
  ) {}

  get(): Promise<DownloadedFile & { path: string }> {
    this.downloaded ??= this.fetch();
    return this.downloaded.then((file) => ({ ...file, path: this.path }));
  }

  async remove(): Promise<void> {
    await this.downloaded?.catch(() => undefined);
    await rm(this.path, { force: true });
  }

  private async fetch(): Promise<DownloadedFile> {
    const { upload, options } = this.context;
    const file = await runStep(
      this.context,
      'download',
      async () => {
        const { downloadUrl } = await this.context.sourceImage();
        return this.download({
          url: downloadUrl,
          to: this.path,
          maxBytes: options.maxFileSize,
          signal: upload.signal,
        });
      },
      async () => {
        await this.context.sourceImage(true);
      },
    );
    await upload.checkpoint({ sha1: file.sha1, size: file.size, mime: file.mime });
    return file;
  }
}
