import { NotificationRepository, toNotificationItem, type Notification } from '#app/persistence';
import { DomainError } from '#app/protocol';
import { Controller, Get, HttpCode, HttpStatus, Post, Query, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser, SessionGuard } from '../auth/current-user.js';
import type { SignedInUser } from '../auth/signed-in-user.js';
import { ApiErrors } from '../docs/api-errors.js';
import { IdParam } from '../http/id-param.js';
import { toPage } from '../http/paging.js';
import { NotificationDto, NotificationPageDto, NotificationsQuery, ReadAllDto } from './notification.dto.js';

const ALWAYS = ['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'NOT_READY'] as const;

const toDto = (notification: Notification): NotificationDto => ({
  ...toNotificationItem(notification),
  ...(notification.readAt && { read_at: notification.readAt.toISOString() }),
});

@ApiTags('notifications')
@Controller('api/notifications')
@UseGuards(SessionGuard)
export class NotificationsController {
  constructor(private readonly notifications: NotificationRepository) {}

  @Get()
  @ApiOperation({
    summary: 'What you were told; kept until 30 days after you read it',
    description: 'Also on the WebSocket, as it happens: SUBSCRIBE_NOTIFICATIONS.',
  })
  @ApiOkResponse({ type: NotificationPageDto })
  @ApiErrors(...ALWAYS, 'VALIDATION_FAILED')
  async listNotifications(
    @CurrentUser() { userid }: SignedInUser,
    @Query() { unread, sortby, page, size, asc }: NotificationsQuery,
  ): Promise<NotificationPageDto> {
    const { items, total } = await this.notifications.list({ userid, unread, sortby, page, size, asc });
    return toPage({ items: items.map(toDto), total }, { page, size });
  }

  @Post('read')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Says that you have read all of them' })
  @ApiOkResponse({ type: ReadAllDto })
  @ApiErrors(...ALWAYS)
  async readNotifications(@CurrentUser() { userid }: SignedInUser): Promise<ReadAllDto> {
    return { read_count: await this.notifications.markAllRead(userid) };
  }

  @Post(':id/read')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Says that you have read one of them' })
  @ApiOkResponse({ type: NotificationDto })
  @ApiErrors(...ALWAYS, 'VALIDATION_FAILED', 'NOTIFICATION_NOT_FOUND')
  async readNotification(
    @CurrentUser() { userid }: SignedInUser,
    @IdParam() id: number,
  ): Promise<NotificationDto> {
    const read = await this.notifications.markRead(id, userid);
    if (read === null) throw new DomainError('NOTIFICATION_NOT_FOUND', `You have no notification ${id}.`);
    return toDto(read);
  }
}
