import {
  AUDIT_ACTIONS,
  AUDIT_SUBJECTS,
  QUEUE_NAMES,
  type AuditAction,
  type AuditSubject,
  type QueueName,
} from '#app/persistence';
import { IMAGE_SOURCE_NAMES, type ImageSourceName, type Label } from '#app/protocol';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { listOf } from '../http/paging.js';
import { LabelDto } from './upload-request.dto.js';

const count = { type: 'integer' } as const;
const time = { format: 'date-time' } as const;

export class AdminBatchStatsDto {
  @ApiProperty(count)
  total!: number;

  @ApiProperty(count)
  queued!: number;

  @ApiProperty(count)
  in_progress!: number;

  @ApiProperty(count)
  completed!: number;

  @ApiProperty(count)
  failed!: number;

  @ApiProperty(count)
  cancelled!: number;

  @ApiProperty({ ...count, description: 'All three duplicate statuses' })
  duplicate!: number;
}

export class AdminBatchDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty(time)
  created_at!: string;

  @ApiProperty(time)
  updated_at!: string;

  @ApiProperty()
  edit_group_id!: string;

  @ApiProperty()
  username!: string;

  @ApiProperty()
  userid!: string;

  @ApiProperty({ type: AdminBatchStatsDto })
  stats!: AdminBatchStatsDto;
}

export class AdminBatchListDto extends listOf(AdminBatchDto) {}

export class AdminUserDto {
  @ApiProperty()
  userid!: string;

  @ApiProperty()
  username!: string;

  @ApiProperty(time)
  created_at!: string;

  @ApiProperty(time)
  updated_at!: string;
}

export class AdminUserListDto extends listOf(AdminUserDto) {}

export class AdminPresetDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty()
  userid!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty()
  title_template!: string;

  @ApiPropertyOptional({ type: LabelDto })
  labels?: Label;

  @ApiPropertyOptional()
  categories?: string;

  @ApiProperty()
  exclude_from_date_category!: boolean;

  @ApiProperty({ enum: IMAGE_SOURCE_NAMES, enumName: 'ImageSourceName' })
  handler!: ImageSourceName;

  @ApiProperty()
  is_default!: boolean;

  @ApiProperty(time)
  created_at!: string;

  @ApiProperty(time)
  updated_at!: string;
}

export class AdminPresetListDto extends listOf(AdminPresetDto) {}

const STATE = { type: 'object', additionalProperties: true, nullable: true } as const;

export class AuditRecordDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty(time)
  at!: string;

  @ApiProperty({ description: 'Of the administrator' })
  userid!: string;

  @ApiProperty()
  username!: string;

  @ApiProperty({ enum: AUDIT_ACTIONS, enumName: 'AuditAction' })
  action!: AuditAction;

  @ApiProperty({ enum: AUDIT_SUBJECTS, enumName: 'AuditSubject' })
  subject_kind!: AuditSubject;

  @ApiProperty()
  subject_id!: string;

  @ApiProperty(STATE)
  before!: object | null;

  @ApiProperty(STATE)
  after!: object | null;

  @ApiProperty({ type: String, nullable: true })
  request_id!: string | null;
}

export class AuditRecordListDto extends listOf(AuditRecordDto) {}

export class AdminSessionDto {
  @ApiProperty({ description: "Tells it from the person's others" })
  id!: string;

  @ApiProperty(time)
  began_at!: string;

  @ApiProperty({ ...time, description: 'Unless it is used before' })
  ends_at!: string;
}

export class AdminSessionListDto extends listOf(AdminSessionDto) {}

export class EndedSessionsDto {
  @ApiProperty({ type: 'integer' })
  ended_count!: number;
}

export class QueueDto {
  @ApiProperty({ enum: QUEUE_NAMES, enumName: 'QueueName' })
  name!: QueueName;

  @ApiProperty({ description: 'Workers take nothing new from it; once active is 0 they are drained' })
  paused!: boolean;

  @ApiProperty(count)
  waiting!: number;

  @ApiProperty(count)
  delayed!: number;

  @ApiProperty(count)
  active!: number;

  @ApiProperty(count)
  failed!: number;
}

export class PersonQueueDto {
  @ApiProperty()
  userid!: string;

  @ApiProperty()
  username!: string;

  @ApiProperty(count)
  queued!: number;

  @ApiProperty(count)
  in_progress!: number;
}

export class QueuesDto {
  @ApiProperty({ type: QueueDto, isArray: true })
  queues!: QueueDto[];

  @ApiProperty({ type: PersonQueueDto, isArray: true, description: 'The 500 who have most' })
  users!: PersonQueueDto[];
}
