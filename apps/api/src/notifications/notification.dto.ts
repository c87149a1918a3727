import { NOTIFICATION_ORDERS, type NotificationOrder } from '#app/persistence';
import { NOTIFICATION_KINDS, type NotificationKind } from '#app/protocol';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { pageOf, sortedPageQuery } from '../http/paging.js';
import { QueryBoolean } from '../http/query-fields.js';

export class NotificationsQuery extends sortedPageQuery<NotificationOrder>(NOTIFICATION_ORDERS) {
  @QueryBoolean({ fallback: false, description: 'Only those that are not read' })
  unread = false;
}

export class NotificationDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty({ enum: NOTIFICATION_KINDS, enumName: 'NotificationKind' })
  kind!: NotificationKind;

  @ApiProperty({ description: 'Fit to show to a person' })
  message!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiPropertyOptional({ description: 'Where to look' })
  link?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Absent while it is not read' })
  read_at?: string;
}

export class NotificationPageDto extends pageOf(NotificationDto) {}

export class ReadAllDto {
  @ApiProperty({ type: 'integer', description: 'How many were not read' })
  read_count!: number;
}
