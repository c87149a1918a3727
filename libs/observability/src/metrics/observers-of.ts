import type { RequestObserver, UploadObserver } from '#app/protocol';
import type { Metrics } from './metrics.js';
import { RequestMetrics } from './request-metrics.js';
import { toUploadErrorCode } from './upload-error-codes.js';

/** What the stores tell of uploads and requests, counted. */
export const observersOf = (metrics: Metrics): { uploads: UploadObserver; requests: RequestObserver } => ({
  uploads: {
    ended: (status, error, count) =>
      metrics.count('curator_uploads_ended_total', { status, code: toUploadErrorCode(status, error) }, count),
  },
  requests: new RequestMetrics(metrics),
});
