import { rm } from 'node:fs/promises';
import type { DownloadedFile } from '#app/image-sources';
import { runStep, type RunContext } from './run-context.js';
import { NO_STASH } from './stash-state.js';

export type DownloadTo = (request: {
  url: string;
  to: string;
  maxBytes: number;
  signal: AbortSignal;
  onStart: (announced: number | undefined) => void;
  onBytes: (received: number) => void;
}) => Promise<DownloadedFile>;

/** The source was asked once more: what was read of its first answer may differ from what comes now. */
export class DownloadRestarted extends Error {
  constructor() {
    super('The download was started again');
    this.name = 'DownloadRestarted';
  }
}

interface Waiter {
  bytes: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** The upload's file on this worker's disk, downloaded when it is first needed, and readable while it comes. */
export class LocalFile {
  private downloaded: Promise<DownloadedFile> | undefined;
  private readonly abandonment = new AbortController();
  private readonly waiters = new Set<Waiter>();
  private received = 0;
  private tries = 0;
  private announce: (size: number | undefined) => void = () => undefined;
  private readonly announced = new Promise<number | undefined>((resolve) => (this.announce = resolve));

  constructor(
    private readonly context: RunContext,
    readonly path: string,
    private readonly download: DownloadTo,
  ) {}

  /** The whole file. */
  get(): Promise<DownloadedFile> {
    this.downloaded ??= this.fetch();
    return this.downloaded;
  }

  /** Starts the download. @returns the bytes that the source announces once it begins to send; undefined if it does not say */
  announcedSize(): Promise<number | undefined> {
    this.get().then(
      () => this.announce(undefined),
      () => this.announce(undefined),
    );
    return this.announced;
  }

  /** The source was asked more than once. */
  get wasRestarted(): boolean {
    return this.tries > 1;
  }

  /** Resolves once so many bytes can be read. @throws DownloadRestarted, or what ended the download */
  async whenReceived(bytes: number): Promise<void> {
    if (this.wasRestarted) throw new DownloadRestarted();
    if (this.received >= bytes) return;
    let waiter: Waiter | undefined;
    const come = new Promise<void>((resolve, reject) => {
      waiter = { bytes, resolve, reject };
      this.waiters.add(waiter);
    });
    try {
      await Promise.race([come, this.get()]);
    } finally {
      if (waiter) this.waiters.delete(waiter);
    }
  }

  /** Ends what is still coming and removes the file. */
  async remove(): Promise<void> {
    this.abandonment.abort(new Error('The file is not needed any more'));
    await this.downloaded?.catch(() => undefined);
    await rm(this.path, { force: true });
  }

  private async fetch(): Promise<DownloadedFile> {
    const { upload } = this.context;
    const file = await runStep(
      this.context,
      'download',
      () => this.fetchOnce(),
      async () => {
        await this.context.sourceImage(0);
      },
    );
    const { sha1, fileKey } = upload.row.checkpoint;
    const isOther = fileKey !== undefined && sha1 !== undefined && sha1 !== file.sha1;
    await upload.keepFile(
      file.size,
      { sha1: file.sha1, size: file.size, mime: file.mime, ...(isOther && NO_STASH) },
      this.context.isExempt,
    );
    return file;
  }

  private async fetchOnce(): Promise<DownloadedFile> {
    const { upload, options, progress } = this.context;
    const { downloadUrl } = await this.context.sourceImage();
    this.tries += 1;
    this.received = 0;
    if (this.wasRestarted) this.settle(({ reject }) => reject(new DownloadRestarted()));
    return this.download({
      url: downloadUrl,
      to: this.path,
      maxBytes: options.maxFileSize,
      signal: AbortSignal.any([upload.signal, this.abandonment.signal]),
      onStart: (size) => {
        progress.begin(size);
        this.announce(size);
      },
      onBytes: (received) => {
        this.received = received;
        progress.received(received);
        this.settle(({ resolve }) => resolve(), received);
      },
    });
  }

  private settle(how: (waiter: Waiter) => void, upTo = Infinity): void {
    for (const waiter of this.waiters) if (waiter.bytes <= upTo) how(waiter);
  }
}
