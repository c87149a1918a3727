import { Injectable } from '@nestjs/common';
import { Metrics, RequestMetrics } from '#app/observability';
import { RefusedError, TemporaryError, type ImageSourceName } from '#app/protocol';
import type { DownloadTo } from './local-file.js';

/** Counts the bytes that come from image sources and go to the wiki's stash. */
@Injectable()
export class Traffic {
  constructor(
    private readonly metrics: Metrics,
    private readonly requests: RequestMetrics,
  ) {}

  /** The same download, counted. */
  counted(source: ImageSourceName, download: DownloadTo): DownloadTo {
    return async (request) => {
      let counted = 0;
      const end = this.requests.begin({ upstream: 'download', method: 'GET', action: 'download' });
      let outcome = 'aborted';
      try {
        const file = await download({
          ...request,
          onBytes: (received) => {
            this.metrics.count('curator_download_bytes_total', { source }, received - counted);
            counted = received;
            request.onBytes(received);
          },
        });
        outcome = 'ok';
        return file;
      } catch (error) {
        if (!request.signal.aborted) outcome = outcomeOf(error);
        throw error;
      } finally {
        end(outcome);
      }
    };
  }

  /** The wiki has taken so many bytes of a chunk. */
  noteStashed(bytes: number): void {
    this.metrics.count('curator_stash_bytes_total', {}, bytes);
  }
}

function outcomeOf(error: unknown): string {
  if (!(error instanceof TemporaryError || error instanceof RefusedError)) return 'lost';
  return error.code.replace(/^download-/, '');
}
