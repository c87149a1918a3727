import { readNumber, SharedConfig, Variable } from '#app/protocol';
import { IsInt, IsNumber, Max, Min } from 'class-validator';

const LONGEST_HOURS = 87_600;

/** How long things are kept that nobody needs any more. */
export abstract class CleanupConfig extends SharedConfig {
  @Variable('CLEANUP_INTERVAL_SECONDS', {
    about: 'Seconds between two clean-ups of exports, temporary files, imports and ended jobs.',
    fallback: '300',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(86_400)
  readonly cleanupIntervalSeconds!: number;

  @Variable('CLEANUP_TIME_LIMIT_SECONDS', {
    about: 'Seconds after which a clean-up stops and leaves the rest to the next one.',
    fallback: '240',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.1)
  @Max(86_400)
  readonly cleanupTimeLimitSeconds!: number;

  @Variable('TEMPORARY_FILES_TTL_HOURS', {
    about: 'Hours after which a file of an export is removed that was begun and never finished.',
    fallback: '24',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.0001)
  @Max(LONGEST_HOURS)
  readonly temporaryFilesTtlHours!: number;

  @Variable('WORK_FILES_TTL_HOURS', {
    about: 'Hours after which downloaded files of a worker process that died are removed.',
    fallback: '1',
    read: readNumber,
  })
  @IsNumber()
  @Min(0)
  @Max(LONGEST_HOURS)
  readonly workFilesTtlHours!: number;

  @Variable('JOBS_TTL_DAYS', {
    about: 'Days after its end at which the record of a background job is removed.',
    fallback: '90',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.0001)
  @Max(3_650)
  readonly jobsTtlDays!: number;

  @Variable('QUEUE_RECORDS_TTL_HOURS', {
    about: 'Hours after which what is left in the queues of ended jobs is removed.',
    fallback: '24',
    read: readNumber,
  })
  @IsNumber()
  @Min(0)
  @Max(LONGEST_HOURS)
  readonly queueRecordsTtlHours!: number;
}
