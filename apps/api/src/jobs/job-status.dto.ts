import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Job } from '#app/persistence';
import { ERROR_CODES, JOB_STATUSES, type ErrorCode, type JobStatus } from '#app/protocol';

/** Long work has begun; its status is at the address in `Location`. */
export class AcceptedDto {
  @ApiProperty({ type: 'integer' })
  job_id!: number;
}

export class JobErrorDto {
  @ApiProperty({ enum: ERROR_CODES, enumName: 'ErrorCode' })
  error_code!: ErrorCode;

  @ApiProperty({ description: 'Fit to show to a person' })
  error_msg!: string;
}

/** How far long work has come. */
export class JobStatusDto {
  @ApiProperty({ type: 'integer' })
  job_id!: number;

  @ApiProperty({ enum: JOB_STATUSES, enumName: 'JobStatus' })
  status!: JobStatus;

  @ApiProperty({ type: 'integer', description: 'Units of work that are done' })
  done!: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Units of work, once known' })
  total?: number;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  started_at?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  ended_at?: string;

  @ApiPropertyOptional({ type: JobErrorDto, description: 'Why it failed' })
  error?: JobErrorDto;
}

type Progress = Pick<
  Job,
  'status' | 'done' | 'total' | 'createdAt' | 'updatedAt' | 'startedAt' | 'endedAt' | 'error'
>;

/** @param jobId under which the person knows it, if that is not the job's own id */
export const toJobStatus = (job: Progress & { id: number }, jobId = job.id): JobStatusDto => ({
  job_id: jobId,
  status: job.status,
  done: job.done,
  ...(job.total !== null && { total: job.total }),
  created_at: job.createdAt.toISOString(),
  updated_at: job.updatedAt.toISOString(),
  ...(job.startedAt && { started_at: job.startedAt.toISOString() }),
  ...(job.endedAt && { ended_at: job.endedAt.toISOString() }),
  ...(job.error && { error: { error_code: job.error.code, error_msg: job.error.message } }),
});
