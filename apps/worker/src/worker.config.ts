import {
  CATEGORY_REDIRECT_TEMPLATES,
  loadConfiguration,
  olderConcurrency,
  readList,
  readNumber,
  readText,
  UNUSED_VARIABLES,
  Variable,
  type Environment,
  type LoadedConfiguration,
} from '#app/protocol';
import { IsArray, IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { CleanupConfig } from './cleanup/cleanup.config.js';

export const REFRESH_WAYS = ['purge', 'null-edit'] as const;
export type RefreshWay = (typeof REFRESH_WAYS)[number];

/** The environment of the worker process. */
export class WorkerConfig extends CleanupConfig {
  @Variable('WORKER_HEALTH_PORT', {
    about: "Port of the worker's health and metrics; 0 takes any free one and prints it.",
    fallback: '8001',
    read: readNumber,
  })
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly healthPort!: number;

  @Variable('HEARTBEAT_SECONDS', {
    about: 'Seconds between two heartbeats of a worker; when three are missing, it counts as gone.',
    fallback: '5',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.1)
  @Max(300)
  readonly heartbeatSeconds!: number;

  @Variable('STALL_SECONDS', {
    about:
      'Seconds for which a worker may leave due work alone, or one look for work may take, before /health/live says that it has stalled.',
    fallback: '180',
    read: readNumber,
  })
  @IsNumber()
  @Min(1)
  @Max(3600)
  readonly stallSeconds!: number;

  @Variable('UPLOAD_CONCURRENCY', {
    about: 'Uploads that one worker process runs at once.',
    fallback: '4',
    derive: olderConcurrency,
    derivedFrom: ['CELERY_CONCURRENCY'],
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(100)
  readonly uploadConcurrency!: number;

  @Variable('JOB_CONCURRENCY', {
    about: 'Imports, exports and other background jobs that one worker process runs at once.',
    fallback: '2',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(100)
  readonly jobConcurrency!: number;

  @Variable('UPLOAD_CHUNK_SIZE', {
    about: 'Bytes of one chunk of an upload.',
    fallback: '4194304',
    read: readNumber,
  })
  @IsInt()
  @Min(1024)
  @Max(104_857_600)
  readonly uploadChunkSize!: number;

  @Variable('MAX_FILE_SIZE', {
    about: 'Bytes of the largest file that is uploaded (5 GiB, as on Commons).',
    fallback: '5368709120',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  readonly maxFileSize!: number;

  @Variable('UPLOAD_LEASE_SECONDS', {
    about: 'Seconds after which an upload of a dead worker is taken over.',
    fallback: '60',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  readonly uploadLeaseSeconds!: number;

  @Variable('RECONCILE_INTERVAL_SECONDS', {
    about: 'Seconds between two looks for uploads that were left behind.',
    fallback: '30',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  readonly reconcileIntervalSeconds!: number;

  @Variable('SCHEDULE_INTERVAL_SECONDS', {
    about:
      'Seconds between two looks for schedules that are due, runs that have ended and batches that are finished.',
    fallback: '10',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(3600)
  readonly scheduleIntervalSeconds!: number;

  @Variable('REFRESH_AFTER_SDC', {
    about: 'How templates of a new file page are made to see its structured data: purge or null-edit.',
    fallback: 'purge',
    read: readText,
  })
  @IsIn(REFRESH_WAYS)
  readonly refreshAfterSdc!: RefreshWay;

  @Variable('IMPORT_TTL_HOURS', {
    about:
      'Hours for which the files of an imported category are kept, and used for whoever asks for the same.',
    fallback: '24',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(8_760)
  readonly importTtlHours!: number;

  @Variable('IMPORT_MAX_CATEGORIES', {
    about: 'Categories that one import with subcategories reads at most; it tells when there are more.',
    fallback: '1000',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(100_000)
  readonly importMaxCategories!: number;

  @Variable('CATEGORY_REDIRECT_TEMPLATES', {
    about:
      'Templates, without namespace and comma separated, by which the page of a category leads to another.',
    fallback: CATEGORY_REDIRECT_TEMPLATES.join(','),
    read: readList,
  })
  @IsArray()
  readonly categoryRedirectTemplates!: readonly string[];
}

/** @throws ConfigurationError */
export const loadWorkerConfig = (environment: Environment): LoadedConfiguration<WorkerConfig> =>
  loadConfiguration(WorkerConfig, environment, UNUSED_VARIABLES);
