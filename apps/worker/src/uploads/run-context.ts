import type { LimitFunction } from 'p-limit';
import { inSpan } from '#app/observability';
import type { CommonsClient } from '#app/commons-client';
import type { ImageSource, SourceImage } from '#app/protocol';
import { attempt, type Recovery } from './attempt.js';
import type { ClaimedUpload } from './claimed-upload.js';
import type { ProgressReport } from './progress-report.js';
import type { Step } from './decide-next.js';

export interface PipelineOptions {
  /** Bytes of a chunk. */
  chunkSize: number;
  /** Bytes. */
  maxFileSize: number;
  /** How long a lock outlives a worker that died. */
  leaseMs: number;
  /** Factor on every delay; 1 in production. */
  delayScale: number;
}

/** What every step of one run works with. */
export interface RunContext {
  readonly upload: ClaimedUpload;
  readonly client: CommonsClient;
  readonly username: string;
  /** No quota holds for this person. */
  readonly isExempt: boolean;
  readonly chunkLine: LimitFunction;
  readonly source: ImageSource;
  readonly options: PipelineOptions;
  readonly progress: ProgressReport;
  /** The wiki's stash has taken so many bytes. */
  noteStashed(bytes: number): void;
  readonly summaries: { upload: string; merge: string };
  /**
   * The image as its source describes it; asked once a run.
   * @param maxAgeMs asks again where the answer is older
   */
  sourceImage(maxAgeMs?: number): Promise<SourceImage>;
  /** As `sourceImage`, but a source that fails is asked once. @throws TemporaryError, RefusedError */
  confirmedImage(maxAgeMs: number): Promise<SourceImage>;
}

/** Runs a step of this upload with its retries. */
export const runStep = <T>(
  { upload, options }: Pick<RunContext, 'upload' | 'options'>,
  step: Step,
  work: () => Promise<T>,
  recover?: (recovery: Recovery) => Promise<void>,
): Promise<T> =>
  attempt(step, () => inSpan(`upload: ${step}`, {}, work), {
    requeues: upload.row.attempts,
    recoveries: upload.recoveries,
    signal: upload.signal,
    delayScale: options.delayScale,
    onFailure: (error, next) => upload.noteFailure(step, error, next.do),
    ...(recover && { recover }),
  });
