import { ApiProperty } from '@nestjs/swagger';

export const WORKER_STATES = ['live', 'stalled', 'stopping', 'stale'] as const;

export class WorkerDto {
  @ApiProperty({ description: 'Names the process' })
  id!: string;

  @ApiProperty()
  version!: string;

  @ApiProperty({
    enum: WORKER_STATES,
    enumName: 'WorkerState',
    description:
      'stalled: it leaves due work alone; stopping: it finishes what it has; stale: three of its heartbeats are missing',
  })
  state!: (typeof WORKER_STATES)[number];

  @ApiProperty({ required: false, description: 'Why it is stalled' })
  reason?: string;

  @ApiProperty({ format: 'date-time' })
  started_at!: string;

  @ApiProperty({ format: 'date-time' })
  last_heartbeat_at!: string;

  @ApiProperty({ type: 'integer', description: 'Uploads that it runs' })
  uploads!: number;

  @ApiProperty({ type: 'integer', description: 'Uploads that it may run at once' })
  upload_places!: number;

  @ApiProperty({ type: 'integer', description: 'Background jobs that it runs' })
  jobs!: number;
}

export class WorkersDto {
  @ApiProperty({
    type: [WorkerDto],
    description: 'Those of the last hour; who ended in order is not among them',
  })
  workers!: WorkerDto[];
}

export class CronDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ type: 'number', description: 'Seconds from turn to turn' })
  every_seconds!: number;

  @ApiProperty({ required: false, format: 'date-time' })
  last_success_at?: string;

  @ApiProperty({
    required: false,
    format: 'date-time',
    description: 'Absent unless the last turn has failed',
  })
  last_failure_at?: string;

  @ApiProperty({ description: 'It has not succeeded for longer than three turns and the time of one' })
  stale!: boolean;
}

export class CronsDto {
  @ApiProperty({ type: [CronDto] })
  crons!: CronDto[];
}
